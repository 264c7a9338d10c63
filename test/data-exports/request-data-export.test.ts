import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { createdApiKey } from '../support/api-keys.js';
import { expectCode } from '../support/client.js';
import { download, exportOf, exportsOf, openArchive, REQUEST_DATA_EXPORT } from '../support/data-exports.js';
import { startGateway, type TestGateway } from '../support/gateway.js';
import { signedInPerson } from '../support/people.js';
import { PIXEL, upload } from '../support/pictures.js';
import { reauthenticated } from '../support/step-up.js';
import { until } from '../support/until.js';

const DAY = 86_400_000;

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startGateway({ APP_URL: 'https://app.example.com/sign-in' });
});

const request = (token: string, to = gateway) => to.gql(REQUEST_DATA_EXPORT, {}, { token });
const folder = ({ config } = gateway) => join(config.storageUrl!.replace(/^file:/, ''), 'exports');
const filesIn = async (to = gateway) => readdir(folder(to)).catch(() => []);

test('an export holds JSON, a page and the picture; a mail says when it is ready, and neither opens it', async () => {
  const person = await signedInPerson(gateway);
  const token = person.accessToken;
  await upload(gateway, token, PIXEL);
  const ready = await exportOf(gateway, token);
  expect(ready).toMatchObject({ status: 'READY', bytes: expect.any(Number) });
  expect(ready.downloadUrl).toBe(`http://localhost:4000/data-exports/${ready.id}`);
  expect(Date.parse(ready.expiresAt!) - Date.parse(ready.requestedAt)).toBeGreaterThan(6.9 * DAY);
  const mail = await gateway.mailbox.lastTo(person.email, 'data-export-ready');
  expect(mail.text).toContain('https://app.example.com/sign-in');
  expect(mail.text).not.toContain(ready.id);

  const answer = await download(gateway, ready.downloadUrl!, token);
  expect(answer.status).toBe(200);
  expect(Object.fromEntries(answer.headers)).toMatchObject({
    'content-type': 'application/zip',
    'cache-control': 'no-store',
    'content-disposition': expect.stringMatching(/^attachment; filename="sallyport-data-\d{4}-\d\d-\d\d\.zip"$/),
    'content-length': String(ready.bytes),
  });
  const { files, data, html, json } = await openArchive(answer);
  expect(Object.keys(files)).toEqual(['data.json', 'data.html', 'picture.webp']);
  expect(JSON.parse(json)).toMatchObject({ issuer: 'http://localhost:4000', userId: person.id });
  expect(data.users).toEqual([expect.objectContaining({ id: person.id, email: person.email })]);
  expect(html).toContain(`<td>${person.email}</td>`);
  expect(/<h2[^>]*>([^<]*)/.exec(html)?.[1]).toBe('Your account');
  const events = data.audit_events!.map(({ action }) => action);
  expect(events).toContain('requestDataExport');
  const after = await exportOf(gateway, token);
  const later = await openArchive(await download(gateway, after.downloadUrl!, token));
  expect(later.data.audit_events!.map(({ action }) => action)).toContain('downloadDataExport');
});

test('what a stranger wrote into a row is text in the page', async () => {
  const person = await signedInPerson(gateway);
  const evil = `<img src=x onerror=alert(1)>`;
  await gateway.database.sql('update sessions set user_agent = $1 where user_id = $2', [evil, person.id]);
  const { downloadUrl } = await exportOf(gateway, person.accessToken);
  const { html, data } = await openArchive(await download(gateway, downloadUrl!, person.accessToken));
  expect(data.sessions![0]!.user_agent).toBe(evil);
  expect(html).not.toContain('<img');
  expect(html).toContain('&lt;img src=x onerror=alert(1)&gt;');
});

test('the address and the words of an administrator are not in the export of the person they acted upon', async () => {
  const person = await signedInPerson(gateway);
  const insert = `insert into audit_events (id, at, action, actor_id, subject_id, ip_address, user_agent, details)
    values (gen_random_uuid(), now(), 'suspendUser', gen_random_uuid(), $1, '192.0.2.77', 'Admin browser', '{"reason": "a rumour"}')`;
  await gateway.database.sql(insert, [person.id]);
  const { downloadUrl } = await exportOf(gateway, person.accessToken);
  const { data } = await openArchive(await download(gateway, downloadUrl!, person.accessToken));
  const event = data.audit_events!.find(({ action }) => action === 'suspendUser');
  expect(event).toMatchObject({ subject_id: person.id, ip_address: null, user_agent: null, details: null });
});

test('an export from before SERVER_SECRET was replaced is opened', async () => {
  const FORMER = 'four tugs waiting for the evening tide';
  const before = await startGateway({ SERVER_SECRET: FORMER });
  const { accessToken: token } = await signedInPerson(before);
  const { downloadUrl } = await exportOf(before, token);
  const after = await before.replica({ SERVER_SECRET: `nine gulls above the empty fish market,${FORMER}` });
  expect((await download(after, downloadUrl!, token)).status).toBe(200);
});

test('ten requests at once are one export', async () => {
  const { accessToken: token } = await signedInPerson(gateway);
  const answers = await Promise.all(Array.from({ length: 10 }, () => request(token)));
  const ids = new Set(answers.map(({ data }) => data?.requestDataExport.id));
  // One may be ready before the last request came.
  expect((await exportsOf(gateway, token)).length).toBe(ids.size);
  expect(ids.size).toBeLessThan(4);
});

describe('no one else gets it:', () => {
  test('not another person, not an API key, not the link alone, not an old authentication', async () => {
    const owner = await signedInPerson(gateway);
    const { downloadUrl } = await exportOf(gateway, owner.accessToken);
    const other = await signedInPerson(gateway);
    const { secret } = await createdApiKey(gateway, owner.accessToken);
    const codeOf = async (token?: string) => {
      const answer = await download(gateway, downloadUrl!, token);
      return [answer.status, (await answer.json()).errors[0].extensions.code];
    };
    expect(await codeOf()).toEqual([401, 'UNAUTHENTICATED']);
    expect(await codeOf(other.accessToken)).toEqual([404, 'NOT_FOUND']);
    expect((await codeOf(secret))[1]).toBe('FORBIDDEN');
    gateway.clock.advance(6 * 60_000);
    expect((await codeOf(owner.accessToken))[1]).toBe('REAUTHENTICATION_REQUIRED');
    expectCode(await request(owner.accessToken), 'REAUTHENTICATION_REQUIRED');
    const fresh = await reauthenticated(gateway, owner.accessToken, { password: owner.password });
    expect((await download(gateway, downloadUrl!, fresh)).status).toBe(200);
  });

  test('not the reader of the storage, and a file in the place of another is not opened', async () => {
    const [one, two] = [await signedInPerson(gateway), await signedInPerson(gateway)];
    const first = await exportOf(gateway, one.accessToken);
    const second = await exportOf(gateway, two.accessToken);
    const pathOf = ({ id }: { id: string }) => join(folder(), `${id}.bin`);
    const sealed = await readFile(pathOf(first));
    expect(sealed.includes('PK')).toBe(sealed.includes('data.json'));
    expect(sealed.includes('data.json')).toBe(false);
    await writeFile(pathOf(second), sealed);
    expect((await download(gateway, second.downloadUrl!, two.accessToken)).status).toBe(500);
  });
});

test('after seven days it is expired, and its file is deleted', async () => {
  const own = await startGateway();
  const { accessToken: token, password } = await signedInPerson(own);
  const { id, downloadUrl } = await exportOf(own, token);
  expect(await filesIn(own)).toEqual([`${id}.bin`]);
  own.clock.advance(7 * DAY);
  const fresh = await own.ask(
    'mutation ($input: LoginInput!) { login(input: $input) { ... on SignedIn { accessToken } } }',
    { input: { identifier: (await own.database.sql<any>('select email from users'))[0].email, password } },
  );
  const again = fresh.login.accessToken;
  expect((await download(own, downloadUrl!, again)).status).toBe(404);
  expect(await exportsOf(own, again)).toMatchObject([{ status: 'EXPIRED', downloadUrl: null }]);
  await own.database.sql(`insert into pgboss.job (name) values ('expire-data-exports')`);
  await until(async () => (await filesIn(own)).length === 0);
  expect(await own.database.sql('select status from data_exports')).toEqual([{ status: 'EXPIRED' }]);
});

test('a storage that is down makes the job try again, and after ten tries the person sees FAILED', async () => {
  const broken = await startGateway({ STORAGE_URL: 'file:/dev/null/no-such-place' });
  const { accessToken: token } = await signedInPerson(broken);
  await broken.ask(REQUEST_DATA_EXPORT, {}, { token });
  const row = async () => (await broken.database.sql<any>('select attempts, status from data_exports'))[0];
  await until(async () => (await row()).attempts > 0);
  expect((await row()).status).toBe('PENDING');
  await broken.database.sql('update data_exports set attempts = 9');
  await until(async () => (await row()).status === 'FAILED');
  expect(await exportsOf(broken, token)).toMatchObject([{ status: 'FAILED', downloadUrl: null }]);
});
