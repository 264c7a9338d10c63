import { hashSync as bcrypt } from 'bcryptjs';
import type { TestGateway } from './gateway.js';
import { LOGIN } from './people.js';

export const password = 'a ferry crosses at noon';
export const hash = bcrypt(password, 4);

/** A user as each system exports them, with a password where one can be made here. */
export const EXPORTED: Record<string, (name: string, more: object) => object> = {
  sallyport: (name, more) => ({ email: address(name), emailVerified: true, passwordHash: hash, ...more }),
  firebase: (name, more) => ({
    localId: name,
    email: address(name),
    emailVerified: true,
    createdAt: '1600000000000',
    ...more,
  }),
  auth0: (name, more) => ({
    _id: { $oid: name },
    email: address(name),
    email_verified: true,
    passwordHash: hash,
    ...more,
  }),
  supabase: (name, more) => ({
    id: crypto.randomUUID(),
    email: address(name),
    email_confirmed_at: '2024-02-29T10:11:12.123456+00:00',
    encrypted_password: hash,
    ...more,
  }),
  keycloak: (name, more) => ({
    id: crypto.randomUUID(),
    email: address(name),
    emailVerified: true,
    enabled: true,
    ...more,
  }),
  'better-auth': (name, more) => ({
    id: name,
    name,
    email: address(name),
    emailVerified: true,
    accounts: [{ providerId: 'credential', accountId: name, password: hash }],
    ...more,
  }),
  django: (name, more) => ({
    model: 'auth.user',
    pk: name,
    fields: { email: address(name), password: '!', is_active: true, ...more },
  }),
};

/** What `login` answers to this person: the name of its type, or the code of the refusal. */
export async function answerTo(gateway: Pick<TestGateway, 'gql'>, name: string): Promise<string> {
  const { data, errors } = await gateway.gql(LOGIN, { input: { identifier: address(name), password } });
  return data?.login.__typename ?? errors[0]?.extensions.code;
}

export function address(name: string): string {
  return `${name}@example.com`;
}
