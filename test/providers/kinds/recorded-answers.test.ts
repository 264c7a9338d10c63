import { expect, test } from '@jest/globals';
import { PROVIDER_FIELDS } from '../../../src/config/provider-fields.js';
import { PROVIDER_KINDS, type ProviderKind } from '../../../src/config/provider-kinds.js';
import type { ProviderSettings } from '../../../src/config/provider-settings.js';
import type { OauthKind } from '../../../src/providers/kind.js';
import { KINDS } from '../../../src/providers/kinds.js';
import { createOauthProvider } from '../../../src/providers/oauth-provider.js';
import { fakeClock } from '../../support/clock.js';
import { newAttempt } from '../../support/provider-client.js';
import { product } from '../../support/product.js';

interface Recorded {
  kind: ProviderKind;
  /** What its addresses answer, as they do. */
  answers: Record<string, object>;
  profile: object;
}

const TOKEN = { access_token: 'a-token', token_type: 'bearer', expires_in: 3600, id_token: 'not.looked.at' };

const RECORDED: Recorded[] = [
  {
    kind: 'linkedin',
    answers: {
      'https://www.linkedin.com/oauth/v2/accessToken': TOKEN,
      'https://api.linkedin.com/v2/userinfo': {
        sub: '782bbtaQ',
        name: 'Ada Lovelace',
        given_name: 'Ada',
        family_name: 'Lovelace',
        picture: 'https://media.licdn-ei.example/ada/',
        locale: { country: 'US', language: 'en' },
        email: 'ada@example.com',
        email_verified: 'true',
      },
    },
    profile: { issuer: 'https://www.linkedin.com/oauth', subject: '782bbtaQ', emailVerified: true, locale: 'en-US' },
  },
  {
    kind: 'discord',
    answers: {
      'https://discord.com/api/oauth2/token': TOKEN,
      'https://discord.com/api/v10/users/@me': {
        id: '80351110224678912',
        username: 'ada',
        global_name: 'Ada Lovelace',
        avatar: '8342729096ea3675442027381ff50dfe',
        email: 'ada@example.com',
        verified: true,
        locale: 'en-US',
      },
    },
    profile: {
      issuer: 'https://discord.com',
      subject: '80351110224678912',
      emailVerified: true,
      pictureUrl: 'https://cdn.discordapp.com/avatars/80351110224678912/8342729096ea3675442027381ff50dfe.png',
    },
  },
  {
    kind: 'facebook',
    answers: {
      'https://graph.facebook.com/v23.0/oauth/access_token': TOKEN,
      'https://graph.facebook.com/v23.0/me?fields=id,name,email,picture.type(large)': {
        id: '10160000000000001',
        name: 'Ada Lovelace',
        email: 'ada@example.com',
        picture: {
          data: { height: 200, is_silhouette: false, url: 'https://platform-lookaside.example/a', width: 200 },
        },
      },
    },
    profile: {
      issuer: 'https://www.facebook.com',
      emailVerified: false,
      pictureUrl: 'https://platform-lookaside.example/a',
    },
  },
  {
    kind: 'facebook',
    answers: {
      'https://graph.facebook.com/v23.0/oauth/access_token': TOKEN,
      'https://graph.facebook.com/v23.0/me?fields=id,name,email,picture.type(large)': { id: '1', name: 'Ada Lovelace' },
    },
    profile: { subject: '1', email: null, emailVerified: false },
  },
  {
    kind: 'x',
    answers: {
      'https://api.x.com/2/oauth2/token': TOKEN,
      'https://api.x.com/2/users/me?user.fields=confirmed_email,profile_image_url': {
        data: {
          id: '2244994945',
          name: 'Ada Lovelace',
          username: 'ada',
          confirmed_email: 'ada@example.com',
          profile_image_url: 'https://pbs.twimg.example/ada_normal.jpg',
        },
      },
    },
    profile: { issuer: 'https://x.com', subject: '2244994945', emailVerified: true },
  },
  {
    kind: 'x',
    answers: {
      'https://api.x.com/2/oauth2/token': TOKEN,
      'https://api.x.com/2/users/me?user.fields=confirmed_email,profile_image_url': {
        data: { id: '1', name: 'Ada Lovelace', username: 'ada' },
      },
    },
    profile: { subject: '1', email: null, emailVerified: false },
  },
  {
    kind: 'github',
    answers: {
      'https://github.com/login/oauth/access_token': TOKEN,
      'https://api.github.com/user': {
        id: 583231,
        login: 'ada',
        name: 'Ada Lovelace',
        avatar_url: 'https://avatars.example/u/583231',
      },
      'https://api.github.com/user/emails': [
        { email: 'ada@example.com', primary: true, verified: true, visibility: 'public' },
      ],
    },
    profile: { issuer: 'https://github.com/login/oauth', subject: '583231', emailVerified: true },
  },
];

test.each(RECORDED.map((one) => [one.kind, one] as const))(
  '%s, as it answers',
  async (id, { kind, answers, profile }) => {
    const requests: { url: string; init: RequestInit }[] = [];
    const answering = (async (url: string, init: RequestInit) => {
      requests.push({ url, init });
      return Response.json(answers[url], { status: answers[url] ? 200 : 404 });
    }) as typeof fetch;
    const settings = settingsOf(kind);
    const engine = createOauthProvider(KINDS[kind] as OauthKind, settings, {
      clock: fakeClock(),
      fetch: answering,
      production: true,
      config: { publicUrl: 'https://auth.example.com', ssfTransmitters: [] },
    });
    const attempt = newAttempt(id);
    const url = await engine.authorizationUrl(attempt);
    expect(Object.fromEntries(url.searchParams)).toMatchObject({
      response_type: 'code',
      client_id: 'an-id',
      redirect_uri: attempt.callbackUrl,
      state: attempt.state,
    });
    const told = await engine.profile(new URLSearchParams({ code: 'a-code', state: attempt.state }), attempt);
    expect(told).toMatchObject({
      displayName: 'Ada Lovelace',
      authoritative: false,
      amr: [],
      tokens: null,
      ...profile,
    });
    const [exchange] = requests;
    const form = new URLSearchParams(exchange?.init.body as URLSearchParams);
    // LinkedIn answers a verifier with invalid_client.
    expect(form.has('code_verifier')).toBe(id !== 'linkedin');
    expect(url.searchParams.has('code_challenge')).toBe(id !== 'linkedin');
    const basic = new Headers(exchange?.init.headers).get('authorization');
    expect([form.get('client_secret'), basic]).toEqual(
      id === 'x' ? [null, `Basic ${Buffer.from('an-id:a-secret').toString('base64')}`] : ['a-secret', null],
    );
  },
);

test('each kind has its code and its settings', () => {
  expect(Object.keys(KINDS)).toEqual(Object.keys(PROVIDER_KINDS));
  expect(PROVIDER_FIELDS.kind.options).toEqual(Object.keys(PROVIDER_KINDS));
});

test.each([
  ['https://github.com', 'https://api.github.com'],
  ['https://octocorp.ghe.com', 'https://api.octocorp.ghe.com'],
  ['https://github.example.com/', 'https://github.example.com/api/v3'],
])('the API of %s is %s', (baseUrl, api) => {
  expect((KINDS.github as OauthKind).endpoints({ ...settingsOf('github'), baseUrl }).api).toBe(api);
});

function settingsOf(kind: ProviderKind): ProviderSettings {
  const name = `PROVIDER_${kind.toUpperCase()}`;
  return product.loadConfig({ PROVIDERS: kind, [`${name}_CLIENT_ID`]: 'an-id', [`${name}_CLIENT_SECRET`]: 'a-secret' })
    .providers[0]!;
}
