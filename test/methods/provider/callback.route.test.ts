import { beforeAll, describe, expect, test } from '@jest/globals';
import { expectCode } from '../../support/client.js';
import type { TestGateway } from '../../support/gateway.js';
import type { OpenIdProvider } from '../../support/openid-provider.js';
import {
  begin,
  complete,
  locationOf,
  newWalker,
  reachable,
  REDIRECT_URI,
  toApplication,
  toCallback,
  type Walker,
} from '../../support/provider-flow.js';
import { newAccount, startWithProvider } from '../../support/provider-gateway.js';

let gateway: TestGateway;
let provider: OpenIdProvider;
beforeAll(async () => {
  ({ gateway, provider } = await startWithProvider());
});

const refusedPage = async (answer: Response) => {
  expect(answer.status).toBe(400);
  expect(answer.headers.get('location')).toBeNull();
  expect(await answer.text()).toContain('begin again');
};

async function atCallback(): Promise<{ walker: Walker; callback: URL; codeVerifier: string }> {
  provider.account = newAccount();
  const walker = newWalker(gateway);
  const { url, codeVerifier } = await begin(gateway, { state: 's' });
  return { walker, callback: await toCallback(walker, provider, url), codeVerifier };
}

describe('the callback', () => {
  test('returns to the application with a code and the state, and without any token', async () => {
    const { walker, callback, codeVerifier } = await atCallback();
    const answer = await walker.get(callback);
    expect(answer.headers.get('referrer-policy')).toBe('no-referrer');
    expect(answer.headers.get('cache-control')).toBe('no-store');
    const back = locationOf(answer);
    expect(`${back.origin}${back.pathname}`).toBe(REDIRECT_URI);
    expect([...back.searchParams.keys()]).toEqual(['code', 'state']);
    expect(back.searchParams.get('code')).toMatch(/^[\w-]{43}$/);
    const { data } = await complete(gateway, { code: back.searchParams.get('code')!, codeVerifier });
    expect(data!.completeProviderSignIn.user.email).toBe(provider.account!.email);
  });

  test('takes the answer of the browser that started alone: no other browser completes a sign-in, nor is one completed in it', async () => {
    const { walker, callback, codeVerifier } = await atCallback();
    await refusedPage(await newWalker(gateway).get(callback));
    const stranger = newWalker(gateway);
    await stranger.get((await begin(gateway)).url);
    await refusedPage(await stranger.get(callback));
    // The attempt of the browser that started is still good.
    const code = locationOf(await walker.get(callback)).searchParams.get('code')!;
    expect((await complete(gateway, { code, codeVerifier })).errors).toEqual([]);
  });

  test('is answered once, also of twenty at the same time', async () => {
    const { walker, callback } = await atCallback();
    const answers = await Promise.all(Array.from({ length: 20 }, () => walker.get(callback)));
    expect(answers.filter(({ status }) => status === 303)).toHaveLength(1);
    await refusedPage(await walker.get(callback));
  });

  test('is refused from another provider (mix-up)', async () => {
    const both = await gateway.replica({
      PROVIDERS: 'acme,other',
      PROVIDER_OTHER_ISSUER: provider.issuer,
      PROVIDER_OTHER_CLIENT_ID: 'sallyport',
      PROVIDER_OTHER_CLIENT_SECRET: 'a-secret-of-the-test-client',
    });
    const { walker, callback } = await atCallback();
    const crossed = reachable(both, callback).replace('/acme/', '/other/');
    await refusedPage(
      await fetch(crossed, { redirect: 'manual', headers: { cookie: walker.cookie(), accept: 'text/html' } }),
    );
    expect((await walker.get(callback)).status).toBe(303);
  });

  test('expires ten minutes after the start', async () => {
    const { walker, callback } = await atCallback();
    gateway.clock.advance(600_000);
    await refusedPage(await walker.get(callback));
    gateway.clock.advance(-600_000);
  });

  test('is refused without a state, with another one, and with a cookie that came with two values', async () => {
    const { walker, callback } = await atCallback();
    for (const state of [null, '', 'x', 'A'.repeat(43)]) {
      const changed = new URL(callback);
      if (state === null) changed.searchParams.delete('state');
      else changed.searchParams.set('state', state);
      await refusedPage(await walker.get(changed));
    }
    await refusedPage(
      await walker.get(callback, { cookie: `${walker.cookie()}; sallyport-provider=${'A'.repeat(43)}` }),
    );
  });

  test('says that the person said no, and nothing that the provider wrote', async () => {
    provider.account = null;
    const { url } = await begin(gateway, { state: 's' });
    const back = await toApplication(newWalker(gateway), provider, url);
    expect(back.href).toBe(`${REDIRECT_URI}?error=access_denied&state=s`);
  });

  test('says that the provider is gone, or that its answer cannot be believed', async () => {
    const { walker, callback } = await atCallback();
    const forged = new URL(callback);
    forged.searchParams.set('code', 'a-code-of-nobody');
    expect(locationOf(await walker.get(forged)).href).toBe(`${REDIRECT_URI}?error=server_error&state=s`);
    const other = await atCallback();
    await provider.close();
    const back = locationOf(await other.walker.get(other.callback));
    expect(back.href).toBe(`${REDIRECT_URI}?error=temporarily_unavailable&state=s`);
    await provider.open();
  });

  test('consumes nothing by HEAD and OPTIONS, and is answered although the browser says that it comes from another site', async () => {
    const { walker, callback, codeVerifier } = await atCallback();
    for (const method of ['HEAD', 'OPTIONS', 'PUT', 'DELETE']) {
      const asked = await fetch(reachable(gateway, callback), {
        method,
        redirect: 'manual',
        headers: { cookie: walker.cookie(), origin: 'https://evil.example', 'access-control-request-method': 'GET' },
      });
      // 204: the answer to a preflight, which allows no origin.
      expect([204, 400, 404, 405]).toContain(asked.status);
      expect(asked.headers.get('location')).toBeNull();
      expect(asked.headers.get('access-control-allow-origin')).toBeNull();
    }
    const answer = await walker.get(callback, { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' });
    const code = locationOf(answer).searchParams.get('code')!;
    expect((await complete(gateway, { code, codeVerifier })).errors).toEqual([]);
  });

  test.each(['code', 'state', 'iss', 'error'])(
    'is not believed with two values of %s (RFC 6749 §3.1)',
    async (name) => {
      const { walker, callback } = await atCallback();
      callback.searchParams.append(name, callback.searchParams.get(name) ?? provider.issuer);
      callback.searchParams.append(name, 'another');
      const answer = await walker.get(callback);
      const back = answer.headers.get('location');
      expect(back === null ? answer.status : new URL(back).searchParams.get('code')).toBe(back === null ? 400 : null);
    },
  );

  test('of a provider that there is not is not found', async () => {
    expect((await newWalker(gateway).get(`${gateway.config.publicUrl}/providers/nobody/callback?state=x`)).status).toBe(
      404,
    );
  });

  test('is answered by another process than the start, as is the rest', async () => {
    const replica = await gateway.replica();
    const { walker, callback, codeVerifier } = await atCallback();
    const answer = await fetch(reachable(replica, callback), {
      redirect: 'manual',
      headers: { cookie: walker.cookie() },
    });
    const code = locationOf(answer).searchParams.get('code')!;
    expect((await complete(gateway, { code, codeVerifier })).errors).toEqual([]);
  });
});

describe('a form from the provider (form_post)', () => {
  const post = (callback: URL, fields: Record<string, string>) =>
    fetch(reachable(gateway, `${callback.origin}${callback.pathname}`), {
      method: 'POST',
      redirect: 'manual',
      headers: { origin: provider.issuer, 'sec-fetch-site': 'cross-site' },
      body: new URLSearchParams(fields),
    });

  test('comes without the cookie, is sent on by GET, and uses nothing up by itself', async () => {
    const { walker, callback, codeVerifier } = await atCallback();
    const fields = { ...Object.fromEntries(callback.searchParams), user: '{"name":{"firstName":"Ada"}}', extra: 'x' };
    const [forwarded] = [await post(callback, fields), await post(callback, fields)].map(locationOf);
    expect(`${forwarded!.origin}${forwarded!.pathname}`).toBe(`${callback.origin}${callback.pathname}`);
    expect([...forwarded!.searchParams.keys()].sort()).toEqual(['code', 'iss', 'state']);
    const code = locationOf(await walker.get(forwarded!)).searchParams.get('code')!;
    expect((await complete(gateway, { code, codeVerifier })).errors).toEqual([]);
  });

  test('of an unknown state, of another type, or too large, is refused', async () => {
    const { callback } = await atCallback();
    expect((await post(callback, { state: 'x', code: 'y' })).status).toBe(400);
    expect((await post(callback, { state: 'x', code: 'y'.repeat(20_000) })).status).toBe(413);
    const json = await fetch(reachable(gateway, callback), {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{}',
    });
    expect(json.status).toBe(415);
  });
});

test('what an attempt knows is encrypted, and its secrets are kept as hashes', async () => {
  const { walker, callback, codeVerifier } = await atCallback();
  const code = locationOf(await walker.get(callback)).searchParams.get('code')!;
  const rows = await gateway.database.sql('select * from provider_attempts order by created_at desc limit 1');
  const text = JSON.stringify(rows);
  for (const secret of [code, callback.searchParams.get('state')!, provider.account!.email as string, 'Lovelace'])
    expect(text).not.toContain(secret);
  expectCode(await complete(gateway, { code, codeVerifier: 'x'.repeat(43) }), 'CHALLENGE_EXPIRED');
  expect((await complete(gateway, { code, codeVerifier })).errors).toEqual([]);
  const [{ profile }] = (await gateway.database.sql<any>(
    'select profile from provider_attempts order by created_at desc limit 1',
  )) as any;
  expect(profile).toBeNull();
});
