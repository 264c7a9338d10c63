import type { EntityManager } from '@mikro-orm/postgresql';
import type { Needs } from '../context.js';
import { sqlIn } from '../platform/database.js';
import type { ProviderProfile } from '../providers/provider.js';
import { displayNameField, localeField } from '../users/user-fields.js';
import type { User } from '../users/user.entity.js';
import { unseal } from './sealed.js';

/** What a new account takes from the provider. */
export interface Newcomer extends Pick<User, 'displayName' | 'locale'> {
  /** Fetched by a job (avatars/fetch-avatar.ts). */
  pictureUrl: string | null;
}

/** By the rules for what users write about themselves; invalid values are left out. */
export function newcomerOf({ displayName, locale, pictureUrl }: ProviderProfile): Newcomer {
  return {
    displayName: displayNameField.safeParse(displayName).data ?? null,
    locale: localeField.safeParse(locale).data ?? null,
    pictureUrl,
  };
}

/** The same for an attempt whose identity is not linked yet. */
export async function newcomerOfAttempt(ctx: Needs<'keys'>, tx: EntityManager, attemptId: string): Promise<Newcomer> {
  const [row] = await sqlIn(tx)<{ profile: string | null }>('attempt-newcomer', READ, [attemptId]);
  return row?.profile ? newcomerOf(unseal<ProviderProfile>(ctx, attemptId, 'profile', row.profile)) : NO_PROFILE;
}

const READ = 'select profile from provider_attempts where id = $1::uuid';

export const NO_PROFILE: Newcomer = { displayName: null, locale: null, pictureUrl: null };
