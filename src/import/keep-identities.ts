import type { EntityManager } from '@mikro-orm/postgresql';
import { sqlIn } from '../platform/database.js';
import { newId } from '../platform/ids.js';
import { identityKey, type ImportedIdentity } from './identities.js';
import { ImportError, type Problem } from './problem.js';

interface WithIdentities {
  identities: readonly ImportedIdentity[];
}

/** Users by the identities that sign them in: `identityKey`. */
export type IdentityHolders = ReadonlyMap<string, string>;

export const IDENTITY_TAKEN = {
  reason: 'IDENTITY_TAKEN',
  field: 'identities',
  message: 'An identity of this person signs in another user.',
} as const satisfies Problem;

/** Deleted accounts hold none: they give up their identities as they give up their address. */
export async function identityHolders(tx: EntityManager, people: readonly WithIdentities[]): Promise<IdentityHolders> {
  const identities = people.flatMap((one) => one.identities);
  if (identities.length === 0) return new Map();
  const rows = await sqlIn(tx)<{ issuer: string; subject: string; user_id: string }>('identity-holders', HOLDERS, [
    identities.map(({ issuer }) => issuer),
    identities.map(({ subject }) => subject),
  ]);
  return new Map(rows.map((row) => [identityKey(row), row.user_id]));
}

/** Whether an identity of this user belongs to an existing account. */
export function isHeld({ identities }: WithIdentities, holders: IdentityHolders): boolean {
  return identities.some((identity) => holders.has(identityKey(identity)));
}

/** Links the identities, none of which an account holds. They have not been used here yet. */
export async function keepIdentities(
  tx: EntityManager,
  people: readonly (WithIdentities & { userId: string })[],
  now: Date,
): Promise<void> {
  const rows = people.flatMap(({ userId, identities }) =>
    identities.map((identity) => ({ id: newId(), userId, ...identity })),
  );
  if (rows.length === 0) return;
  const column = (name: keyof (typeof rows)[number]) => rows.map((row) => row[name]);
  const sql = sqlIn(tx);
  await sql('identities-of-deleted', RELEASE, [column('issuer'), column('subject')]);
  const kept = await sql<{ id: string }>('keep-identities', KEEP, [
    column('id'),
    column('userId'),
    column('provider'),
    column('issuer'),
    column('subject'),
    column('email'),
    column('displayName'),
    now,
  ]);
  if (kept.length < rows.length)
    throw new ImportError('One of the identities has been linked at this moment. Run the command again.');
}

const HOLDERS = `
select i.issuer, i.subject, i.user_id from unnest($1::varchar[], $2::varchar[]) as t (issuer, subject)
  join identities i on i.issuer = t.issuer and i.subject = t.subject
  join users u on u.id = i.user_id
 where u.deleted_at is null`;

const RELEASE = `
delete from identities i using users u, unnest($1::varchar[], $2::varchar[]) as t (issuer, subject)
 where i.issuer = t.issuer and i.subject = t.subject and u.id = i.user_id and u.deleted_at is not null`;

const KEEP = `
insert into identities (id, user_id, provider, issuer, subject, email, display_name, created_at)
select t.*, $8::timestamptz
  from unnest($1::uuid[], $2::uuid[], $3::varchar[], $4::varchar[], $5::varchar[], $6::varchar[], $7::varchar[]) as t
    on conflict do nothing
returning id`;
