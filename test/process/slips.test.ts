import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import { expect, jest, test } from '@jest/globals';
import { cloneDatabase } from '../support/database.js';
import { startServer, temporaryFolder } from '../support/server-process.js';

jest.setTimeout(120_000);

test('a start warns of misspelt settings and of a readable key, and says where the codes will be', async () => {
  const database = await cloneDatabase();
  const settings = { DATABASE_URL: database.url, KEYS_DIR: temporaryFolder() };
  const server = await startServer({ ...settings, ACCESS_TOKEN_LIFETME: '5m', SMTP_URL: 'smtp://127.0.0.1:9' });
  expect(await server.end()).toBe(0);
  const output = server.output();
  expect(output.match(/"level":"warn"/g)).toHaveLength(1);
  expect(output).toContain('ACCESS_TOKEN_LIFETME is not a setting; did you mean ACCESS_TOKEN_LIFETIME?');
  expect(output).toContain('The code is then in the mail, and in this log once 127.0.0.1:9 has taken the mail.');

  const key = join(settings.KEYS_DIR, 'jwt.key');
  chmodSync(settings.KEYS_DIR, 0o755);
  chmodSync(key, 0o644);
  const embeddedMail = await startServer(settings);
  expect(await embeddedMail.end()).toBe(0);
  expect(embeddedMail.output()).toContain('The code is then in the dev mailbox, and in this log.');
  expect(embeddedMail.output().match(/"level":"warn"/g)).toHaveLength(1);
  expect(embeddedMail.output()).toContain(`${key} can be read by every user of this machine: chmod 600`);
  await database.drop();
});
