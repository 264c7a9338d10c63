import { rmSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { loadExample } from '../support/example-module.js';
import { startGateway, type TestGateway } from '../support/gateway.js';
import { packageFolder } from '../support/npm-package.js';
import { newEmail, STRONG_PASSWORD } from '../support/people.js';
import { guarded } from '../support/trusted-device.js';

const ORIGIN = 'http://localhost:3000';
const folder = packageFolder();
let gateway: TestGateway;
let POST: (request: Request, context: { params: Promise<{ step: string }> }) => Promise<Response>;

beforeAll(async () => {
  gateway = await startGateway({ TRUST_PROXY: '127.0.0.1,::1' });
  process.env.GATEWAY = gateway.url;
  process.env.COOKIE_SECRET = 'next-9sJq2mWx7vT1bN8wKz5cLp3dHs6yAe0f';
  const { module } = await loadExample<{ POST: typeof POST }>(folder, 'next/app/api/[step]/route.ts');
  POST = module.POST;
});
afterAll(() => {
  delete process.env.GATEWAY;
  delete process.env.COOKIE_SECRET;
  rmSync(folder, { recursive: true, force: true });
});

/** A browser without scripts: it sends forms, and goes where it is led. */
function visitor() {
  const jar = new Map<string, string>();
  return {
    jar,
    async send(step: string, fields: Record<string, string> = {}, origin = ORIGIN) {
      const cookie = Array.from(jar, (pair) => pair.join('=')).join('; ');
      const body = new URLSearchParams(fields);
      const request = new Request(`${ORIGIN}/api/${step}`, { method: 'POST', body, headers: { origin, cookie } });
      const response = await POST(request, { params: Promise.resolve({ step }) });
      for (const line of response.headers.getSetCookie()) {
        const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
        if (value) jar.set(name, value);
        else jar.delete(name);
        expect(line).toContain('; HttpOnly; SameSite=Lax');
      }
      return [response.status, response.headers.get('location')];
    },
  };
}
const BACK = [303, '/'];

test('examples/next: forms sign a user up, out and in, and keep the session in cookies of the server', async () => {
  const { jar, send } = visitor();
  const email = newEmail();
  expect(await send('sign-up', { email, password: 'password' })).toEqual([303, '/?refused=WEAK_PASSWORD']);
  expect(await send('sign-up', { email, password: STRONG_PASSWORD })).toEqual(BACK);
  expect([...jar.keys()]).toEqual(['challenge']);
  expect(await send('verify', { code: '0000000' })).toEqual([303, '/?refused=INVALID_CODE']);
  expect(await send('verify', { code: await gateway.mailbox.codeFor(email) })).toEqual(BACK);
  expect([...jar.keys()].sort()).toEqual(['sallyport-access', 'sallyport-device', 'sallyport-refresh']);

  // A form of another site signs nobody out.
  await send('sign-out', {}, 'https://evil.example');
  expect(jar.has('sallyport-refresh')).toBe(true);
  expect(await send('sign-out')).toEqual(BACK);
  expect([...jar.keys()]).toEqual(['sallyport-device']);
  expect(await send('sign-in', { email, password: 'wrong' })).toEqual([303, '/?refused=INVALID_CREDENTIALS']);
  expect(await send('sign-in', { email, password: STRONG_PASSWORD })).toEqual(BACK);
  expect(jar.has('sallyport-refresh')).toBe(true);
  expect(await send('constructor')).toEqual([404, null]);
});

test('examples/next: a second factor is asked for, and not again on a device that is trusted', async () => {
  const { email, password, app } = await guarded(gateway);
  const { jar, send } = visitor();
  await send('sign-in', { email, password });
  expect(jar.has('challenge')).toBe(true);
  await send('back');
  expect(jar.size).toBe(0);
  await send('sign-in', { email, password });
  expect(await send('verify', { code: app.code(), trust: 'on' })).toEqual(BACK);
  await send('sign-out');
  expect(await send('sign-in', { email, password })).toEqual(BACK);
  expect(jar.has('sallyport-refresh')).toBe(true);
});
