import { execFileSync } from 'node:child_process';
import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, jest } from '@jest/globals';
import { emptyDatabase, type TestDatabase } from '../support/database.js';
import { fault } from '../support/fault.js';
import { newEmail, STRONG_PASSWORD } from '../support/people.js';
import { type ServerProcess, startServer, temporaryFolder } from '../support/server-process.js';
import { deploy, signInAt, useSessions } from '../support/sessions-in-use.js';
import { root } from '../support/source-tree.js';

// By hand: `PREVIOUS=<commit or tag> npm run test:versions`. The newest tag unless given.
jest.setTimeout(900_000);

const SESSIONS = 6;
const REGISTER = 'mutation ($input: RegisterInput!) { register(input: $input) { challengeToken } }';
const git = (...args: string[]) => execFileSync('git', args, { cwd: root, encoding: 'utf8' }).trim();
const previous = process.env.PREVIOUS ?? git('describe', '--tags', '--abbrev=0');

let database: TestDatabase;
let servers: ServerProcess[] = [];
const home = join(temporaryFolder(), 'previous');
beforeAll(async () => {
  database = await emptyDatabase();
  const archive = execFileSync('git', ['archive', previous], { cwd: root, maxBuffer: 1e9 });
  mkdirSync(home);
  execFileSync('tar', ['-x', '-C', home], { input: archive });
  symlinkSync(join(root, 'node_modules'), join(home, 'node_modules'));
  execFileSync(process.execPath, [join(home, 'scripts/build.mjs')], { cwd: home, stdio: 'ignore' });
});
afterAll(async () => {
  await Promise.all(servers.map((server) => server.end('SIGKILL')));
  await database.drop();
});

fault(
  `two replicas of ${git('log', '-1', '--format=%h of %cd', '--date=short', previous)} are replaced by this version, and back, and again`,
  '0 sessions lost, and no answer is INTERNAL_SERVER_ERROR',
  async () => {
    const settings = {
      DATABASE_URL: database.url,
      PUBLIC_URL: 'http://localhost:4000',
      KEYS_DIR: temporaryFolder(),
      LIMITS_FACTOR: '1000',
      EMAIL_VERIFICATION: 'optional',
    };
    const first = await startServer(settings, home);
    servers = [first, await startServer(settings, home)];
    const person = { email: newEmail(), password: STRONG_PASSWORD };
    await first.ask(REGISTER, { input: person });
    const sessions = await Promise.all(Array.from({ length: SESSIONS }, () => signInAt(first, person)));
    const used = useSessions({ servers, sessions, person });
    await used.refreshed(5);
    // The first one migrates while the other one of before serves.
    for (const version of [undefined, home, undefined]) {
      await deploy(servers, settings, version);
      await used.refreshed(5);
    }
    await used.stop();
    const figure = `${used.tokens} refreshes and reads, ${used.signIns} sign-ins, ${used.refused.length} of ${SESSIONS} sessions lost`;
    return { figure: [figure, ...new Set(used.refused)].join('; '), held: used.refused.length === 0 };
  },
);
