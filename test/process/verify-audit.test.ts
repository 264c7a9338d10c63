import { renameSync } from 'node:fs';
import { join } from 'node:path';
import { expect, jest, test } from '@jest/globals';
import { openAuditLog } from '../support/audit-log.js';
import { runCommand, temporaryFolder } from '../support/server-process.js';

// A process takes its time to start, on a busy machine a long one.
jest.setTimeout(120_000);

test('audit:verify after a rotation without SERVER_SECRET says what it needs, and is content once it has it', async () => {
  const keys = temporaryFolder();
  const log = await openAuditLog({ KEYS_DIR: keys, SERVER_SECRET: '' });
  await log.happen(3);
  await log.seal();
  const verify = (...options: string[]) =>
    runCommand(['audit:verify', ...options], { DATABASE_URL: log.url, KEYS_DIR: keys });
  expect(await verify()).toMatchObject({ code: 0, output: expect.stringMatching(/^3 events compared/) });

  for (const name of ['jwt.key', 'jwt.key.pub'])
    renameSync(join(keys, name), join(keys, name.replace('jwt', 'former')));
  await runCommand(['keys', '--dir', keys]);
  const rotated = await verify();
  expect(rotated.code).toBe(2);
  expect(rotated.output).toMatch(
    /^NOT VERIFIED: seal 1 \(key \w{16}\), with 3 events: [^\n]* --former [^\n]*\n0 events [^\n]* not all verified/,
  );
  expect(rotated.output).not.toContain('TAMPERED');

  const former = ['--former', join(keys, 'former.key')];
  expect(await verify(...former)).toMatchObject({ code: 0, output: expect.stringMatching(/^3 events .* 0 problems/) });
  await log.tamper(`update audit_events set action = 'logout' where seq = 2`);
  expect(await verify(...former)).toMatchObject({
    code: 1,
    output: expect.stringMatching(/^TAMPERED: event \S+ \(seq 2\) was altered after seal 1\n/),
  });
  // Both: what is certain counts.
  await log.tamper('delete from audit_events where seq = 3');
  expect(await verify()).toMatchObject({ code: 1, output: expect.stringMatching(/^TAMPERED: .*\nNOT VERIFIED: /) });
});

test('audit:verify raises no alarm where what it was given is wrong, and says what is', async () => {
  const log = await openAuditLog({});
  const verify = (...options: string[]) => runCommand(['audit:verify', ...options], { DATABASE_URL: log.url });
  for (const head of ['foo', '2:c5cc', '1'])
    expect(await verify('--head', head)).toMatchObject({ code: 2, output: expect.stringMatching(/^--head is/) });
  const missing = await verify('--former', '/nowhere/jwt.key');
  expect(missing).toMatchObject({ code: 2, output: expect.stringMatching(/^\/nowhere\/jwt.key cannot be read/) });

  const unreachable = await runCommand(['audit:verify'], { DATABASE_URL: 'postgres://postgres@127.0.0.1:1/x' });
  expect(unreachable).toMatchObject({ code: 2, output: expect.stringMatching(/cannot be reached/) });
  const unmigrated = await runCommand(['audit:verify'], { DATA_DIR: temporaryFolder(), KEYS_DIR: temporaryFolder() });
  expect(unmigrated).toMatchObject({ code: 2, output: expect.stringMatching(/audit_events.*npm run migration:up/) });
  const misset = await runCommand(['audit:verify'], { DATABASE_URL: 'mysql://localhost/x' });
  expect(misset).toMatchObject({ code: 2, output: expect.stringMatching(/DATABASE_URL: write a URL/) });
});
