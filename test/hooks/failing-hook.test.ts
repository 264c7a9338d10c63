import { beforeAll, describe, expect, test } from '@jest/globals';
import { expectCode } from '../support/client.js';
import type { TestGateway } from '../support/gateway.js';
import { gateway, hook, hooked, login, refresh, register } from '../support/hooked-gateway.js';
import { newEmail, registeredPerson, signedInPerson } from '../support/people.js';
import type { Answering } from '../support/signed-receiver.js';
import { until } from '../support/until.js';

hooked();

let lenient: TestGateway;
beforeAll(async () => {
  lenient = await gateway.replica({ HOOKS_ON_FAILURE: 'allow' });
});

describe('without an answer', () => {
  const letsIn = async (closed: TestGateway, open: TestGateway) => {
    const { email } = await registeredPerson(gateway);
    expectCode(await login(email, closed), 'SERVICE_UNAVAILABLE');
    expectCode(await register(newEmail(), closed), 'SERVICE_UNAVAILABLE');
    expect((await login(email, open)).data!.login.__typename).toBe('SignedIn');
    expect((await register(newEmail(), open)).errors).toEqual([]);
  };

  test.each<[string, Answering]>([
    ['answers 403', () => 403],
    ['answers 200 with nothing', () => 200],
    ['answers with the page of a proxy', (_, response) => void response.writeHead(200).end('<html>')],
    ['answers "yes"', () => ({ allow: 'yes' })],
    ['answers yes with more', () => ({ allow: true, also: 1 })],
    ['sends a megabyte', () => ({ allow: false, message: 'x'.repeat(1_000_000) })],
  ])('a hook that %s lets no one in or, with HOOKS_ON_FAILURE=allow, everyone', async (_, answering) => {
    hook.answer(answering);
    await letsIn(gateway, lenient);
  });

  test.each<[string, Answering]>([
    ['answers 500', () => 500],
    ['sends elsewhere', (_, response) => void response.writeHead(302, { location: hook.url }).end()],
  ])('so does one that %s', async (_, answering) => {
    const [closed, open] = await Promise.all([gateway.replica(), gateway.replica({ HOOKS_ON_FAILURE: 'allow' })]);
    hook.answer(answering);
    await letsIn(closed, open);
    await Promise.all([closed.close(), open.close()]);
  });

  test('a hanging one is given up after two seconds; when it answers again, so does the server', async () => {
    const replica = await gateway.replica();
    const { email } = await registeredPerson(gateway);
    hook.answer(() => undefined);
    const begun = performance.now();
    expectCode(await login(email, replica), 'SERVICE_UNAVAILABLE');
    expect(performance.now() - begun).toBeGreaterThan(1900);
    hook.answer(() => ({ allow: true }));
    await until(async () => (await login(email, replica)).data?.login.__typename === 'SignedIn');
  });

  test('a session is not lost: the refresh token that was refused is good when it answers again', async () => {
    const replica = await gateway.replica({ HOOKS_URL: 'http://127.0.0.1:1/' });
    const { refreshToken } = await signedInPerson(gateway);
    for (let turn = 0; turn < 12; turn += 1) expectCode(await refresh(refreshToken, replica), 'SERVICE_UNAVAILABLE');
    gateway.clock.advance(60_000);
    expect((await refresh(refreshToken)).errors).toEqual([]);
  });
});
