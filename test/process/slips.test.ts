import { expect, jest, test } from '@jest/globals';
import { cloneDatabase } from '../support/database.js';
import { startServer, temporaryFolder } from '../support/server-process.js';

jest.setTimeout(120_000);

test('a start warns of what is nearly a setting, and tells where the codes will be', async () => {
  const database = await cloneDatabase();
  const settings = { DATABASE_URL: database.url, KEYS_DIR: temporaryFolder() };
  const server = await startServer({ ...settings, ACCESS_TOKEN_LIFETME: '5m', SMTP_URL: 'smtp://127.0.0.1:9' });
  expect(await server.end()).toBe(0);
  const output = server.output();
  expect(output.match(/"level":"warn"/g)).toHaveLength(1);
  expect(output).toContain('ACCESS_TOKEN_LIFETME is not a setting; did you mean ACCESS_TOKEN_LIFETIME?');
  expect(output).toContain('The code then stands in the mail, and in this log once 127.0.0.1:9 has taken the mail.');

  const embeddedMail = await startServer(settings);
  expect(await embeddedMail.end()).toBe(0);
  expect(embeddedMail.output()).toContain('The code then stands in the dev mailbox, and in this log.');
  await database.drop();
});
