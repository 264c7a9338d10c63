import { beforeAll, describe, expect, test } from '@jest/globals';
import { expectCode } from '../../support/client.js';
import { ENROLL_TOTP, FACTORS } from '../../support/factors.js';
import { startGateway, type TestGateway } from '../../support/gateway.js';
import { signedInPerson, signIn } from '../../support/people.js';

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startGateway({ MAIL_FROM: '"Acme: Accounts" <no-reply@example.com>' });
});

const begin = async (token: string) => (await gateway.ask(ENROLL_TOTP, {}, { token })).enrollTotp;

describe('enrolling', () => {
  test('returns a secret of 160 bits, a URI without a colon in its names, and a QR code', async () => {
    const ada = await signedInPerson(gateway);
    const { secret, uri, qrCode, expiresAt } = await begin(ada.accessToken);
    expect(secret).toMatch(/^[A-Z2-7]{32}$/);
    const { protocol, host, pathname, searchParams } = new URL(uri);
    expect([protocol, host, decodeURIComponent(pathname)]).toEqual(['otpauth:', 'totp', `/Acme Accounts:${ada.email}`]);
    expect(Object.fromEntries(searchParams)).toEqual({ secret, issuer: 'Acme Accounts' });
    expect(qrCode).toMatch(/^data:image\/svg\+xml;base64,PHN2Zy/);
    const minutes = (Date.parse(expiresAt) - gateway.clock.now().getTime()) / 60_000;
    expect(minutes).toBeGreaterThan(9.9);
    expect(minutes).toBeLessThanOrEqual(10);
  });

  test('changes nothing until a code is confirmed: a user who leaves in between signs in as before', async () => {
    const ada = await signedInPerson(gateway);
    await begin(ada.accessToken);
    expect((await gateway.ask(FACTORS, {}, { token: ada.accessToken })).me).toEqual({
      factors: [],
      recoveryCodesLeft: 0,
    });
    await signIn(gateway, ada);
  });

  test('wants a recent authentication: a stolen older access token enrols nothing', async () => {
    const ada = await signedInPerson(gateway);
    gateway.clock.advance(5 * 60_000 + 1000);
    const refused = await gateway.gql(ENROLL_TOTP, {}, { token: ada.accessToken });
    expectCode(refused, 'REAUTHENTICATION_REQUIRED');
    expect(refused.errors[0]?.extensions.maxAge).toBe(300);
    expectCode(await gateway.gql(ENROLL_TOTP), 'UNAUTHENTICATED');
  });
});
