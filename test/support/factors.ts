import { createHmac } from 'node:crypto';
import { mutation } from './administration.js';
import type { Answer } from './client.js';
import type { TestGateway } from './gateway.js';
import {
  CHALLENGE,
  newEmail,
  type Registered,
  registeredPerson,
  SIGNED_IN,
  type SignedInPerson,
  signedInPerson,
  VERIFY_OTP,
} from './people.js';

export const ENROLL_TOTP = /* GraphQL */ `
  mutation ($input: EnrollFactorInput) {
    enrollTotp(input: $input) {
      challengeToken
      secret
      uri
      qrCode
      expiresAt
    }
  }
`;

export const CONFIRM_TOTP = /* GraphQL */ `
  mutation ($input: ConfirmTotpInput!) {
    confirmTotp(input: $input) {
      factor {
        __typename
        id
        name
        lastUsedAt
      }
      recoveryCodes
      signedIn {
        ...SignedIn
      }
    }
  }
  ${SIGNED_IN}
`;

export const RENAME_FACTOR = mutation('renameFactor', 'RenameFactorInput', '__typename id name');
export const REMOVE_FACTOR = mutation('removeFactor', 'FactorIdInput', 'id factors { id name } recoveryCodesLeft');
export const RESET_USER_FACTORS = mutation('resetUserFactors', 'ResetUserFactorsInput', 'id factors { id }');
export const GENERATE_RECOVERY_CODES = 'mutation { generateRecoveryCodes { codes } }';
export const FACTORS = '{ me { factors { __typename id name createdAt lastUsedAt } recoveryCodesLeft } }';

export const LOGIN_STEP = /* GraphQL */ `
  mutation ($input: LoginInput!) {
    login(input: $input) {
      __typename
      ...SignedIn
      ...Challenge
    }
  }
  ${SIGNED_IN}
  ${CHALLENGE}
`;

/** Milliseconds of one time step. */
export const STEP = 30_000;

/** The six digits that an authenticator app shows for the secret, `ms` from now (RFC 6238). */
export function totp({ clock }: Pick<TestGateway, 'clock'>, secret: string, ms = 0): string {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor((clock.now().getTime() + ms) / STEP)));
  const digest = createHmac('sha1', fromBase32(secret)).update(counter).digest();
  const offset = digest[19]! & 15;
  return `${(digest.readUInt32BE(offset) & 0x7fffffff) % 1_000_000}`.padStart(6, '0');
}

function fromBase32(text: string): Buffer {
  const bits = Array.from(text, (char) =>
    'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(char).toString(2).padStart(5, '0'),
  );
  const bytes = bits.join('').match(/.{8}/g) ?? [];
  return Buffer.from(bytes.map((byte) => parseInt(byte, 2)));
}

export interface Enrolled extends SignedInPerson {
  secret: string;
  factorId: string;
  recoveryCodes: string[];
}

/** Enrols an authenticator app in the session. */
export async function enroll(
  gateway: TestGateway,
  { accessToken: token }: Pick<SignedInPerson, 'accessToken'>,
  name?: string,
): Promise<Pick<Enrolled, 'secret' | 'factorId' | 'recoveryCodes'>> {
  const { enrollTotp } = await gateway.ask(ENROLL_TOTP, {}, { token });
  const { challengeToken, secret } = enrollTotp;
  const input = { challengeToken, code: totp(gateway, secret), name };
  const { confirmTotp } = await gateway.ask(CONFIRM_TOTP, { input }, { token });
  return { secret, factorId: confirmTotp.factor.id, recoveryCodes: confirmTotp.recoveryCodes };
}

/** Signed in, with an authenticator app whose present code is still good. */
export async function personWithTotp(
  gateway: TestGateway,
  given: Parameters<typeof signedInPerson>[1] = {},
): Promise<Enrolled> {
  const person = await signedInPerson(gateway, given);
  const enrolled = await enroll(gateway, person);
  // The step that confirmed it is used up.
  gateway.clock.advance(STEP);
  return { ...person, ...enrolled };
}

/** Registered, with a role that demands a second factor, and without one. */
export async function personWhoMustEnroll(gateway: TestGateway): Promise<Registered> {
  const person = await registeredPerson(gateway, { email: newEmail('must-enrol') });
  await gateway.database.sql(`
    insert into roles (name, permissions, requires_second_factor, created_at, updated_at)
    values ('two-factors', '{}', true, now(), now()) on conflict do nothing`);
  await gateway.database.sql(
    `insert into user_roles (user_id, role_name, granted_at) values ($1, 'two-factors', now())`,
    [person.id],
  );
  return person;
}

/** The challenge that follows upon the right password. */
export async function afterPassword(
  gateway: TestGateway,
  { email, password }: { email: string; password: string },
): Promise<{ challengeToken: string; purpose: string; methods: string[] }> {
  const { login } = await gateway.ask(LOGIN_STEP, { input: { identifier: email, password } });
  if (login.__typename !== 'ChallengeRequired') throw new Error(`login of ${email} led to ${login.__typename}`);
  return login;
}

export function answerWith(gateway: TestGateway, challengeToken: string, code: string, method?: string) {
  return gateway.gql(VERIFY_OTP, { input: { challengeToken, code, method } });
}

/** Password, then this code. */
export async function signInWith(
  gateway: TestGateway,
  person: { email: string; password: string },
  code: string,
): Promise<Answer<Record<string, any>>> {
  const { challengeToken } = await afterPassword(gateway, person);
  return answerWith(gateway, challengeToken, code);
}
