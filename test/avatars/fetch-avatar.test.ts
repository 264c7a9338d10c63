import type { RequestListener } from 'node:http';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { startGateway, type TestGateway } from '../support/gateway.js';
import { type HttpsServer, startHttps } from '../support/https-server.js';
import { type Registered, registeredPerson, signedInPerson, signIn } from '../support/people.js';
import { plain } from '../support/picture-corpus.js';
import { expectStored, hurryDeletions, MY_AVATAR, storedFiles, upload } from '../support/pictures.js';
import { until } from '../support/until.js';

let gateway: TestGateway;
let provider: HttpsServer;
let answer: RequestListener;
let red: Buffer;
beforeAll(async () => {
  red = await plain('jpeg');
  provider = await startHttps((request, response) => answer(request, response));
  gateway = await startGateway({}, { guard: { ...provider.trusted, allowed: ['127.0.0.1'] } });
});
afterAll(() => provider.close());

/** As a sign-in by a provider enqueues it; answers what became of the job when it was first tried. */
async function fetchFor(
  { id }: Pick<Registered, 'id'>,
  url = `${provider.url}/picture`,
  at = gateway,
): Promise<string> {
  const [job] = await at.database.sql<{ id: string }>(
    `insert into pgboss.job (name, data, retry_limit, retry_delay, dead_letter)
     values ('fetch-avatar', $1, 5, 1, 'dead-letters') returning id`,
    [{ userId: id, url }],
  );
  let became = '';
  await until(async () => {
    const [found] = await at.database.sql<{ state: string; dead: boolean; again: boolean }>(
      `select state, exists (select from pgboss.job where source_id = $1) as dead, retry_count > 0 as again
         from pgboss.job where id = $1`,
      [job!.id],
    );
    if (found?.dead) became = 'given up';
    else if (found?.again) became = 'retry';
    else if (found && !['created', 'active'].includes(found.state)) became = found.state;
    return became !== '';
  });
  return became;
}

async function avatarOf(person: Registered, at = gateway): Promise<string | null> {
  const { accessToken: token } = await signIn(at, person);
  return (await at.ask(MY_AVATAR, {}, { token })).me.avatarUrl;
}

const giving: RequestListener = (_request, response) => void response.writeHead(200).end(red);

test('a user without a picture gets that of the provider, and the audit log says so', async () => {
  answer = giving;
  const ada = await registeredPerson(gateway);
  expect(await fetchFor(ada)).toBe('completed');
  const avatarUrl = await avatarOf(ada);
  expect((await gateway.http(new URL(avatarUrl!).pathname)).status).toBe(200);
  const events = await gateway.database.sql(
    `select actor_id, details from audit_events where action = 'updateAvatar' and subject_id = $1`,
    [ada.id],
  );
  expect(events).toEqual([{ actor_id: null, details: { replaced: false, fromProvider: true } }]);
  await hurryDeletions(gateway);
  await expectStored(gateway, avatarUrl!);
});

test('a picture that the user has uploaded stays, before and while the other one is fetched', async () => {
  const ada = await signedInPerson(gateway);
  let asked = 0;
  answer = (_request, response) => {
    asked += 1;
    void upload(gateway, ada.accessToken, red, { type: 'image/jpeg' }).then(() => giving(_request, response));
  };
  expect(await fetchFor(ada)).toBe('completed');
  const own = await avatarOf(ada);
  expect(own).not.toBeNull();
  expect(await fetchFor(ada)).toBe('completed');
  expect([asked, await avatarOf(ada)]).toEqual([1, own]);
  const before = await storedFiles(gateway);
  await hurryDeletions(gateway);
  expect(await storedFiles(gateway)).toHaveLength(before.length - 2);
});

test.each<[string, RequestListener]>([
  ['a redirect', (_request, response) => void response.writeHead(302, { location: provider.url }).end()],
  ['a refusal', (_request, response) => void response.writeHead(404).end()],
  ['what is no picture', (_request, response) => void response.end('<svg xmlns="http://www.w3.org/2000/svg"/>')],
  [
    'too much',
    (_request, response) => void response.writeHead(200, { 'content-length': 5 * 1024 * 1024 + 1 }).end('x'),
  ],
])('%s is given up at once', async (_, listener) => {
  answer = listener;
  const ada = await registeredPerson(gateway);
  expect(await fetchFor(ada)).toBe('given up');
  expect(await avatarOf(ada)).toBeNull();
});

test('a provider that cannot answer now is asked again', async () => {
  let asked = 0;
  answer = (request, response) => {
    asked += 1;
    if (asked === 1) response.writeHead(503).end();
    else giving(request, response);
  };
  const ada = await registeredPerson(gateway);
  expect(await fetchFor(ada)).toBe('retry');
  await until(async () => (await avatarOf(ada)) !== null);
});

test('addresses of this machine and its network are given up, and none is asked', async () => {
  const guarded = await startGateway({}, { guard: provider.trusted });
  const reached = provider.reached();
  for (const url of [
    `${provider.url}/`,
    `https://localhost:${provider.port}/`,
    'https://169.254.169.254/',
    'http://example.com/',
  ])
    expect([url, await fetchFor(await registeredPerson(guarded), url, guarded)]).toEqual([url, 'given up']);
  expect(provider.reached()).toBe(reached);
});

test('an account that is gone gets none', async () => {
  answer = giving;
  expect(await fetchFor({ id: '0199f0a0-0000-7000-8000-000000000001' })).toBe('completed');
});
