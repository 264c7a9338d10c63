import { describe, expect, test } from '@jest/globals';
import { sealedFile } from '../../src/data-exports/sealed-file.js';
import { seal, sealTokens, unseal } from '../../src/identities/sealed.js';
import { createSecrets } from '../../src/keys/keys.js';
import { sealedValues } from '../../src/keys/sealed-values.js';
import { totpSecret } from '../../src/methods/totp/totp-secret.js';
import { sealedHeader } from '../../src/shared-signals/sealed-header.js';
import { webhookSecret } from '../../src/webhooks/webhook-secret.js';

const withSecret = (...serverSecret: string[]) => ({
  keys: createSecrets({ serverSecret, keysDir: null, nodeEnv: 'test' }),
});
const FORMER = 'the lighthouse of the first years unlit';
const ctx = withSecret(FORMER);
const rotating = withSecret('two kingfishers over the mill race today', FORMER);
const replaced = withSecret('two kingfishers over the mill race today');

const A = '018f0000-0000-7000-8000-00000000000a';
const B = '018f0000-0000-7000-8000-00000000000b';
const C = '018f0000-0000-7000-8000-00000000000c';

/** Tokens are only written by this version: this is how one would read them. */
const tokens = sealedValues('provider-tokens', (owner: string) => owner);
const file = (bytes: string) => Buffer.from(bytes, 'base64url');
const address = 'https://receiver.example.com/events';

type Secrets = typeof ctx;
interface Kind {
  /** A value as earlier versions stored it, with `FORMER`. */
  stored: string;
  value: string;
  unseal: (of: Secrets, stored: string) => string;
  /** The same, in the places of others. */
  elsewhere: ((of: Secrets, stored: string) => unknown)[];
  seal: (of: Secrets) => string | null;
}

const KINDS: Record<string, Kind> = {
  'a part of an attempt': {
    stored: 'suZZnIQGbV8Ug5MdrFVDt3n8hTS-DDj2EJBKNXLGzEvh00Bel1Krf0bGwg',
    value: '{"subject":"1"}',
    unseal: (of, stored) => JSON.stringify(unseal(of, A, 'profile', stored)),
    elsewhere: [(of, stored) => unseal(of, B, 'profile', stored), (of, stored) => unseal(of, A, 'outward', stored)],
    seal: (of) => seal(of, A, 'profile', { subject: '1' }),
  },
  'the tokens of a provider': {
    stored: 'WJTp6R9l1e5Wnf57t2ZJ6PdPWo_vQIdfnMSF8zU92M8cR2mZXIhxXe6D9IiTJgY',
    value: '{"accessToken":"1"}',
    unseal: (of, stored) => tokens.unseal(of, `${A}/${B}`, stored),
    elsewhere: [(of, stored) => tokens.unseal(of, `${B}/${A}`, stored)],
    seal: (of) => sealTokens(of, { userId: A, identityId: B }, { accessToken: '1' } as never),
  },
  'the header of a stream': {
    stored: 'eVcYZxJVMfSGvtzYD4bZy4BAv7SjuJqGOkR4hCVvsyZQ73uf',
    value: 'Bearer 1',
    unseal: (of, stored) => sealedHeader.unseal(of, { streamId: A, endpointUrl: address }, stored),
    elsewhere: [
      (of, stored) => sealedHeader.unseal(of, { streamId: B, endpointUrl: address }, stored),
      (of, stored) => sealedHeader.unseal(of, { streamId: A, endpointUrl: `${address}/2` }, stored),
    ],
    seal: (of) => sealedHeader.seal(of, { streamId: A, endpointUrl: address }, 'Bearer 1'),
  },
  'the secret of a webhook': {
    stored: 'qVWLzHodrEycOiG6mIuJ3hVC1KobaCLvO088hBf3HPCIIRs',
    value: 'whsec_1',
    unseal: (of, stored) => webhookSecret.unseal(of, A, stored),
    elsewhere: [(of, stored) => webhookSecret.unseal(of, B, stored)],
    seal: (of) => webhookSecret.seal(of, A, 'whsec_1'),
  },
  'the file of an export': {
    stored: 'SrQHTu837n2hmpAVtRqBH9tYAWfdY3aCaaDiRolM',
    value: 'PK',
    unseal: (of, stored) => sealedFile.unsealBytes(of, { id: A, userId: B }, file(stored)).toString(),
    elsewhere: [
      (of, stored) => sealedFile.unsealBytes(of, { id: B, userId: A }, file(stored)),
      (of, stored) => sealedFile.unsealBytes(of, { id: A, userId: C }, file(stored)),
    ],
    seal: (of) => sealedFile.sealBytes(of, { id: A, userId: B }, Buffer.from('PK')).toString('base64url'),
  },
  'the secret of an authenticator app': {
    stored: 'U4BX0Z0ctGPZM_cj0T-rof_pfgQwOitjfSF0YncRIa1BlFHd',
    value: 'JBSWY3DP',
    unseal: (of, stored) => totpSecret.unseal(of, { userId: A, factorId: B }, stored),
    elsewhere: [
      (of, stored) => totpSecret.unseal(of, { userId: B, factorId: A }, stored),
      (of, stored) => totpSecret.unseal(of, { userId: A, factorId: C }, stored),
    ],
    seal: (of) => totpSecret.seal(of, { userId: A, factorId: B }, 'JBSWY3DP'),
  },
};

describe.each(Object.entries(KINDS))('%s', (_name, kind) => {
  test('that an earlier version stored is still read, also while SERVER_SECRET is replaced', () => {
    expect(kind.unseal(ctx, kind.stored)).toBe(kind.value);
    expect(kind.unseal(rotating, kind.stored)).toBe(kind.value);
    expect(() => kind.unseal(replaced, kind.stored)).toThrow();
  });

  test('is read in its own place alone', () => {
    for (const unsealElsewhere of kind.elsewhere) expect(() => unsealElsewhere(ctx, kind.stored)).toThrow();
    const others = Object.values(KINDS).filter((other) => other !== kind);
    for (const other of others) expect(() => other.unseal(ctx, kind.stored)).toThrow();
  });

  test('is written with the first secret, and never twice alike', () => {
    const [one, another] = [kind.seal(rotating)!, kind.seal(rotating)!];
    expect(one).not.toBe(another);
    expect(kind.unseal(replaced, one)).toBe(kind.value);
    expect(() => kind.unseal(ctx, one)).toThrow();
  });
});

test('a value is encrypted anew only if the first secret did not encrypt it', () => {
  const of = { userId: A, factorId: B };
  const { stored, value } = KINDS['the secret of an authenticator app']!;
  expect(totpSecret.sealedAnew(ctx, of, stored, value)).toBeNull();
  const anew = totpSecret.sealedAnew(rotating, of, stored, value);
  expect(totpSecret.unseal(replaced, of, anew!)).toBe(value);
  expect(totpSecret.sealedAnew(rotating, of, anew!, value)).toBeNull();
});
