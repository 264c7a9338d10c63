import { z } from 'zod';
import type { Log } from '../platform/log.js';
import type { SignedCall } from '../platform/signed-call.js';
import { displayNameField, emailField, externalIdField, localeField, usernameField } from '../users/user-fields.js';

/** A user whom the former system has authenticated. */
export type LegacyUser = z.infer<typeof answerField>['user'];

/** The former system: LEGACY_LOGIN_URL, docs/migrating/lazily.md. */
export interface LegacyLogin {
  /** Null: it knows no such user, or another password. Also null if it does not answer: then `failing` is true. */
  ask(identifier: { email: string } | { username: string }, password: string): Promise<LegacyUser | null>;
  /** It is not answering at the moment. */
  readonly failing: boolean;
}

const fitting = <Field extends z.ZodType>(field: Field) => field.nullish().catch(null);

/** Strict: a system that sends roles should notice that they are not accepted. */
const answerField = z.strictObject({
  user: z.strictObject({
    email: emailField,
    emailVerified: z.boolean(),
    username: fitting(usernameField),
    displayName: fitting(displayNameField),
    locale: fitting(localeField),
    externalId: externalIdField.nullish(),
  }),
});

export function createLegacyLogin(call: SignedCall, log: Log): LegacyLogin {
  const unusable = (reason: string) => {
    // Neither the answer nor whom it is about is logged: both are personal data.
    log.error({ reason }, 'LEGACY_LOGIN_URL returned an unusable answer; it counts as a no');
    return null;
  };
  return {
    get failing() {
      return call.failing;
    },
    async ask(identifier, password) {
      const answer = await call.ask('login', { ...identifier, password }).catch(() => null);
      if (!answer || answer.status === 401 || answer.status === 404) return null;
      if (answer.status !== 200) return unusable(`status ${answer.status}`);
      const { data, error } = answerField.safeParse(answer.body);
      if (!data) return unusable(`not as documented: ${error.issues[0]?.path.join('.') || 'the whole'}`);
      // It must not name another account than the one it was asked about.
      if ('email' in identifier && data.user.email !== identifier.email) return unusable('another address');
      return data.user;
    },
  };
}
