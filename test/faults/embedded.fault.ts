import { setTimeout as sleep } from 'node:timers/promises';
import { jest } from '@jest/globals';
import { embeddedFolder } from '../support/embedded-folder.js';
import { fault } from '../support/fault.js';
import { LOGIN, ME, newEmail, REGISTER, STRONG_PASSWORD } from '../support/people.js';
import { type ServerProcess, startServer, temporaryFolder } from '../support/server-process.js';

/** `FAULTS=long npm run test:faults -- embedded` by hand. */
const LONG = process.env.FAULTS === 'long';
const ROUNDS = LONG ? 20 : 4;
const CLIENTS = 4;

jest.setTimeout(900_000);

/** What the server has answered, and must know after any end. */
interface Answered {
  accounts: string[];
  tokens: string[];
}

fault(
  `the embedded storage killed (SIGKILL) while ${CLIENTS} clients register and sign in, ${ROUNDS} times`,
  'it starts again, and every account and session that was answered is there',
  async () => {
    const settings = {
      DATA_DIR: await embeddedFolder(),
      KEYS_DIR: temporaryFolder(),
      // It is in the tokens.
      PUBLIC_URL: 'http://localhost:4000',
      EMAIL_VERIFICATION: 'optional',
      LIMITS_FACTOR: '1000',
    };
    const sum = { accounts: 0, sessions: 0, lost: [] as string[] };
    let server = await startServer(settings);
    for (let round = 0; round < ROUNDS; round += 1) {
      const answered: Answered = { accounts: [], tokens: [] };
      const victim = server;
      const clients = Array.from({ length: CLIENTS }, () => registersAndSignsIn(victim, answered));
      const enough = 2 + Math.random() * 20;
      for (let tries = 0; answered.accounts.length + answered.tokens.length < enough && tries < 1_000; tries += 1)
        await sleep(10);
      await sleep(Math.random() * 100);
      await victim.end('SIGKILL');
      await Promise.all(clients);
      server = await startServer(settings);
      sum.accounts += answered.accounts.length;
      sum.sessions += answered.tokens.length;
      sum.lost.push(...(await lostOf(server, answered)));
    }
    await server.end();
    const figure = `${ROUNDS} starts, ${sum.accounts} accounts and ${sum.sessions} sessions answered, ${sum.lost.length} lost`;
    return { figure: [figure, ...new Set(sum.lost)].join('; '), held: sum.lost.length === 0 && sum.sessions > 0 };
  },
);

/** Until the server is gone. */
async function registersAndSignsIn(server: ServerProcess, answered: Answered): Promise<void> {
  try {
    for (;;) {
      const email = newEmail();
      await server.ask(REGISTER, { input: { email, password: STRONG_PASSWORD } });
      answered.accounts.push(email);
      const { login } = await server.ask(LOGIN, { input: { identifier: email, password: STRONG_PASSWORD } });
      answered.tokens.push(login.accessToken);
    }
  } catch (error) {
    if (String(error).includes('Refused')) throw error;
  }
}

async function lostOf(server: ServerProcess, { accounts, tokens }: Answered): Promise<string[]> {
  const lost: string[] = [];
  for (const email of accounts) {
    const { errors } = await server.gql(LOGIN, { input: { identifier: email, password: STRONG_PASSWORD } });
    if (errors.length > 0) lost.push(`an account: ${errors[0]?.extensions.code}`);
  }
  for (const token of tokens) {
    const { errors } = await server.gql(ME, {}, { token });
    if (errors.length > 0) lost.push(`a session: ${errors[0]?.extensions.code}`);
  }
  return lost;
}
