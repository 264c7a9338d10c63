import { beforeAll, describe, expect, test } from '@jest/globals';
import { expectCode } from '../../support/client.js';
import { REMOVE_FACTOR } from '../../support/factors.js';
import type { TestGateway } from '../../support/gateway.js';
import type { OpenIdProvider } from '../../support/openid-provider.js';
import { sessionByPasskey, withPasskey } from '../../support/passkeys.js';
import { signedInPerson } from '../../support/people.js';
import { identitiesOf, link, signInBy, UNLINK_IDENTITY } from '../../support/provider-flow.js';
import { newAccount, startWithProvider } from '../../support/provider-gateway.js';

let gateway: TestGateway;
let provider: OpenIdProvider;
/** Nothing signs in there but a password, a passkey and a provider. */
let strict: TestGateway;
beforeAll(async () => {
  ({ gateway, provider } = await startWithProvider());
  strict = await gateway.replica({ SIGN_IN_METHODS: 'password,passkey' });
});

const unlink = (identityId: string, token: string, at = gateway) =>
  at.gql(UNLINK_IDENTITY, { input: { identityId } }, { token });

/** Has nothing but the provider. */
async function byProviderAlone() {
  provider.account = newAccount();
  const { accessToken: token, user } = await signInBy(gateway, provider);
  const [identity] = await identitiesOf(gateway, token);
  return { token: token as string, id: user.id as string, identityId: identity!.id, email: user.email as string };
}

test('an unlinked identity no longer signs in, and the owner gets a mail', async () => {
  const ada = await signedInPerson(gateway);
  const account = (provider.account = newAccount());
  await link(gateway, provider, ada.accessToken);
  const [identity] = await identitiesOf(gateway, ada.accessToken);
  const { data } = await unlink(identity!.id, ada.accessToken);
  expect(data!.unlinkIdentity).toEqual({ id: ada.id, identities: [] });
  expect((await gateway.mailbox.lastTo(ada.email, 'identity-unlinked')).text).toContain('Acme');
  const { user } = await signInBy(gateway, provider);
  expect(user).toMatchObject({ email: account.email });
  expect(user.id).not.toBe(ada.id);
  const [event] = await gateway.database.sql(
    `select details from audit_events where action = 'unlinkIdentity' and subject_id = $1 and code is null`,
    [ada.id],
  );
  expect(event).toEqual({ details: { provider: 'acme' } });
});

test('of another user it is not found', async () => {
  const { identityId } = await byProviderAlone();
  const eve = await signedInPerson(gateway);
  expectCode(await unlink(identityId, eve.accessToken), 'NOT_FOUND');
  expectCode(await unlink('no id', eve.accessToken), 'NOT_FOUND');
});

test('it wants a recent authentication', async () => {
  const { token, identityId } = await byProviderAlone();
  gateway.clock.advance(6 * 60_000);
  expectCode(await unlink(identityId, token), 'REAUTHENTICATION_REQUIRED');
});

describe('the last way in', () => {
  test('is not removed where nothing else could sign the user in', async () => {
    const { token, identityId } = await byProviderAlone();
    expectCode(await unlink(identityId, token, strict), 'LAST_FACTOR');
    expect(await identitiesOf(gateway, token)).toHaveLength(1);
  });

  test('is, where a code by e-mail could', async () => {
    const { token, identityId } = await byProviderAlone();
    expect((await unlink(identityId, token)).errors).toEqual([]);
  });

  test('is, where a password could, if passwords sign in', async () => {
    const ada = await signedInPerson(gateway);
    provider.account = newAccount();
    await link(gateway, provider, ada.accessToken);
    const [identity] = await identitiesOf(gateway, ada.accessToken);
    const passkeys = await gateway.replica({ SIGN_IN_METHODS: 'passkey' });
    expectCode(await unlink(identity!.id, ada.accessToken, passkeys), 'LAST_FACTOR');
    expect((await unlink(identity!.id, ada.accessToken, strict)).errors).toEqual([]);
  });

  test('is, where a passkey could; then the passkey is the last, until an identity is there again', async () => {
    const { token, identityId } = await byProviderAlone();
    const authenticator = await withPasskey(gateway, { accessToken: token });
    const { accessToken } = await sessionByPasskey(gateway, authenticator);
    expect((await unlink(identityId, accessToken, strict)).errors).toEqual([]);
    const { me } = await gateway.ask('{ me { factors { id } } }', {}, { token: accessToken });
    const input = { factorId: me.factors[0].id };
    expectCode(await strict.gql(REMOVE_FACTOR, { input }, { token: accessToken }), 'LAST_FACTOR');
    await link(gateway, provider, accessToken);
    expect((await strict.gql(REMOVE_FACTOR, { input }, { token: accessToken })).errors).toEqual([]);
  });

  test('is, where another identity could, of a provider that is configured', async () => {
    const { token, identityId } = await byProviderAlone();
    provider.account = newAccount();
    await link(gateway, provider, token);
    await gateway.database.sql(
      `update identities set provider = 'gone' where user_id = (select user_id from identities where id = $1) and id <> $1`,
      [identityId],
    );
    expectCode(await unlink(identityId, token, strict), 'LAST_FACTOR');
    await gateway.database.sql(`update identities set provider = 'acme' where provider = 'gone'`);
    expect((await unlink(identityId, token, strict)).errors).toEqual([]);
  });

  test('is kept by one of two that are removed at once', async () => {
    const { token } = await byProviderAlone();
    provider.account = newAccount();
    await link(gateway, provider, token);
    const held = await identitiesOf(gateway, token);
    const answers = await Promise.all(held.map(({ id }) => unlink(id, token, strict)));
    expect(new Set(answers.map(({ errors }) => errors[0]?.extensions.code))).toEqual(
      new Set(['LAST_FACTOR', undefined]),
    );
  });
});

test('an identity of a provider that is no longer configured is listed by its id, and can be unlinked', async () => {
  const { token, identityId } = await byProviderAlone();
  await gateway.database.sql(`update identities set provider = 'gone' where id = $1`, [identityId]);
  const [identity] = await identitiesOf(gateway, token);
  expect(identity!.provider).toEqual({ id: 'gone', name: 'gone' });
  expect((await unlink(identityId, token)).errors).toEqual([]);
});
