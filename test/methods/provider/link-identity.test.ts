import { beforeAll, describe, expect, test } from '@jest/globals';
import { expectCode } from '../../support/client.js';
import { enroll, STEP } from '../../support/factors.js';
import type { TestGateway } from '../../support/gateway.js';
import type { OpenIdProvider } from '../../support/openid-provider.js';
import { newEmail, registeredPerson, signIn, signedInPerson } from '../../support/people.js';
import {
  begin,
  complete,
  identitiesOf,
  link,
  LINK_IDENTITY,
  newVerifier,
  newWalker,
  REDIRECT_URI,
  returned,
  signInBy,
  toCallback,
} from '../../support/provider-flow.js';
import { newAccount, startWithProvider } from '../../support/provider-gateway.js';

let gateway: TestGateway;
let provider: OpenIdProvider;
beforeAll(async () => {
  ({ gateway, provider } = await startWithProvider());
});

describe('a link', () => {
  test('of an account at the provider with another address signs the user in from then on; the session goes on', async () => {
    const ada = await signedInPerson(gateway);
    const account = (provider.account = newAccount());
    const { data } = await link(gateway, provider, ada.accessToken);
    const signedIn = data!.completeProviderSignIn;
    expect(signedIn).toMatchObject({
      refreshToken: null,
      session: { id: ada.sessionId },
      user: { id: ada.id, email: ada.email },
    });
    const claims = (token: string) => JSON.parse(Buffer.from(token.split('.')[1]!, 'base64url').toString());
    const [before, after] = [claims(ada.accessToken), claims(signedIn.accessToken)];
    expect(after).toMatchObject({ auth_time: before.auth_time, amr: before.amr, acr: before.acr });
    const [identity] = await identitiesOf(gateway, signedIn.accessToken);
    expect(identity).toMatchObject({ provider: { name: 'Acme' }, email: account.email });
    expect((await gateway.mailbox.lastTo(ada.email, 'identity-linked')).text).toContain('Acme');
    expect((await signInBy(gateway, provider)).user.id).toBe(ada.id);
    // The address of the account is what it was.
    expect((await gateway.ask('{ me { email } }', {}, { token: ada.accessToken })).me.email).toBe(ada.email);
  });

  test('of an account without an address works', async () => {
    const ada = await signedInPerson(gateway);
    provider.account = newAccount({ email: undefined, email_verified: undefined });
    expect((await link(gateway, provider, ada.accessToken)).errors).toEqual([]);
    expect((await signInBy(gateway, provider)).user.id).toBe(ada.id);
  });

  test('that is there already changes nothing, and no mail is sent for it', async () => {
    const ada = await signedInPerson(gateway);
    provider.account = newAccount();
    await link(gateway, provider, ada.accessToken);
    await gateway.mailbox.lastTo(ada.email, 'identity-linked');
    gateway.mailbox.forget();
    const [before] = await identitiesOf(gateway, ada.accessToken);
    expect((await link(gateway, provider, ada.accessToken)).errors).toEqual([]);
    expect(await identitiesOf(gateway, ada.accessToken)).toMatchObject([{ id: before!.id }]);
    const told = await gateway.database.sql(`select from mails where recipient = $1 and template = 'identity-linked'`, [
      ada.email,
    ]);
    expect(told).toHaveLength(1);
  });

  test('of another user’s identity is refused', async () => {
    const [ada, eve] = [await signedInPerson(gateway), await signedInPerson(gateway)];
    provider.account = newAccount();
    await link(gateway, provider, ada.accessToken);
    expectCode(await link(gateway, provider, eve.accessToken), 'IDENTITY_TAKEN');
    expect(await identitiesOf(gateway, eve.accessToken)).toEqual([]);
  });

  test('of one identity by two users at once is made by one', async () => {
    const people = [await signedInPerson(gateway), await signedInPerson(gateway)];
    provider.account = newAccount();
    const codes = [];
    for (const { accessToken: token } of people) codes.push(await returned(gateway, provider, { token }));
    const answers = await Promise.all(
      codes.map((given, index) => complete(gateway, given, { token: people[index]!.accessToken })),
    );
    expect(new Set(answers.map(({ errors }) => errors[0]?.extensions.code))).toEqual(
      new Set(['IDENTITY_TAKEN', undefined]),
    );
  });

  test('of one identity by eight users at once is made by one, and refused to the others', async () => {
    for (let round = 0; round < 4; round += 1) {
      const people = await Promise.all(Array.from({ length: 8 }, () => signedInPerson(gateway)));
      provider.account = newAccount();
      const given: Awaited<ReturnType<typeof returned>>[] = [];
      for (const { accessToken: token } of people) given.push(await returned(gateway, provider, { token }));
      const answers = await Promise.all(
        given.map((one, index) => complete(gateway, one, { token: people[index]!.accessToken })),
      );
      const codes = answers.flatMap(({ errors }) => errors[0]?.extensions.code ?? []);
      expect(codes).toEqual(Array.from({ length: 7 }, () => 'IDENTITY_TAKEN'));
    }
  });

  test('is limited to twenty for each user', async () => {
    const ada = await signedInPerson(gateway);
    await gateway.database.sql(
      `insert into identities (id, user_id, provider, issuer, subject, created_at)
       select gen_random_uuid(), $1::uuid, 'acme', 'https://many.example', 'n' || n || $1::uuid, now() from generate_series(1, 20) n`,
      [ada.id],
    );
    provider.account = newAccount();
    const answer = await link(gateway, provider, ada.accessToken);
    expectCode(answer, 'BAD_USER_INPUT');
    expect(answer.errors[0]?.extensions.problems).toMatchObject([{ field: 'input.code', code: 'NOT_ALLOWED' }]);
  });
});

describe('it takes the session that began', () => {
  test('without it, in another session of the user, and in one of another user, nothing is linked', async () => {
    const [ada, eve] = [await signedInPerson(gateway), await signedInPerson(gateway)];
    const other = await signIn(gateway, ada);
    provider.account = newAccount();
    const given = await returned(gateway, provider, { token: ada.accessToken });
    expectCode(await complete(gateway, given), 'UNAUTHENTICATED');
    for (const token of [other.accessToken, eve.accessToken])
      expectCode(await complete(gateway, given, { token }), 'CHALLENGE_EXPIRED');
    // None of them has used it up.
    expect((await complete(gateway, given, { token: ada.accessToken })).errors).toEqual([]);
    expect(await identitiesOf(gateway, eve.accessToken)).toEqual([]);
  });

  test('a session that has ended links nothing', async () => {
    const ada = await signedInPerson(gateway);
    provider.account = newAccount();
    const given = await returned(gateway, provider, { token: ada.accessToken });
    await gateway.ask('mutation { logout { endedSessions } }', {}, { token: ada.accessToken });
    expectCode(await complete(gateway, given, { token: ada.accessToken }), 'TOKEN_REVOKED');
  });

  test('what was begun before the user enrolled a factor, or changed the password, is not completed after', async () => {
    const ada = await signedInPerson(gateway);
    provider.account = newAccount();
    const given = await returned(gateway, provider, { token: ada.accessToken });
    await enroll(gateway, ada);
    gateway.clock.advance(STEP);
    expectCode(await complete(gateway, given, { token: ada.accessToken }), 'CHALLENGE_EXPIRED');
    expect(await identitiesOf(gateway, ada.accessToken)).toEqual([]);
  });

  test('an attempt to sign in links nothing, whichever user is signed in', async () => {
    const ada = await signedInPerson(gateway);
    const account = (provider.account = newAccount());
    const { data } = await complete(gateway, await returned(gateway, provider), { token: ada.accessToken });
    expect(data!.completeProviderSignIn.user.email).toBe(account.email);
    expect(await identitiesOf(gateway, ada.accessToken)).toEqual([]);
  });

  test('a victim who is sent to the start address of an attacker’s link gives the attacker nothing', async () => {
    const eve = await signedInPerson(gateway);
    provider.account = newAccount();
    const { url } = await begin(gateway, { token: eve.accessToken });
    const victim = newWalker(gateway);
    const callback = await toCallback(victim, provider, url);
    // The attacker has neither the cookie of the victim nor the code, which goes to the application in the victim's browser.
    expect((await newWalker(gateway).get(callback)).status).toBe(400);
    expect(await identitiesOf(gateway, eve.accessToken)).toEqual([]);
  });
});

test('a stolen access token alone adds no way in: the last authentication must be recent', async () => {
  const ada = await signedInPerson(gateway);
  gateway.clock.advance(6 * 60_000);
  const input = { provider: 'acme', redirectUri: REDIRECT_URI, codeChallenge: newVerifier().codeChallenge };
  expectCode(await gateway.gql(LINK_IDENTITY, { input }, { token: ada.accessToken }), 'REAUTHENTICATION_REQUIRED');
  expectCode(await gateway.gql(LINK_IDENTITY, { input }), 'UNAUTHENTICATED');
});

test('refused are what startProviderSignIn refuses', async () => {
  const { accessToken: token } = await signedInPerson(gateway);
  const input = { provider: 'acme', redirectUri: REDIRECT_URI, codeChallenge: newVerifier().codeChallenge };
  const ask = (over: object) => gateway.gql(LINK_IDENTITY, { input: { ...input, ...over } }, { token });
  expectCode(await ask({ provider: 'nobody' }), 'NOT_FOUND');
  expectCode(await ask({ redirectUri: 'https://evil.example' }), 'REDIRECT_URI_NOT_ALLOWED');
});

test('a link ends trusted devices and open challenges, as a new factor does', async () => {
  const ada = await signedInPerson(gateway);
  const stamp = async () =>
    (
      await gateway.database.sql<{ stamp: number }>('select security_stamp as stamp from users where id = $1', [ada.id])
    )[0]!.stamp;
  const before = await stamp();
  provider.account = newAccount();
  await link(gateway, provider, ada.accessToken);
  expect(await stamp()).toBe(before + 1);
  // A sign-in changes nothing of it.
  await signInBy(gateway, provider);
  expect(await stamp()).toBe(before + 1);
});

test('what others may see of it is nothing', async () => {
  const [ada, eve] = [await signedInPerson(gateway), await registeredPerson(gateway, { email: newEmail('eve') })];
  const { accessToken: token } = await signIn(gateway, eve);
  provider.account = newAccount();
  await link(gateway, provider, ada.accessToken);
  const query =
    'query ($id: ID!) { _entities(representations: [{ __typename: "User", id: $id }]) { ... on User { id identities { email } } } }';
  const { data, errors } = await gateway.gql(query, { id: ada.id }, { token });
  expect(data?._entities[0]?.identities ?? null).toBeNull();
  expect(errors[0]!.extensions.code).toBe('FORBIDDEN');
});
