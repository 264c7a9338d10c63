import { setTimeout as sleep } from 'node:timers/promises';
import type { GraphQLFailure, RequestOptions } from './client.js';
import type { Person, Tokens } from './installation.js';
import { type ServerProcess, startServer } from './server-process.js';

// Of an earlier version too: it knows no newer field.
const LOGIN =
  'mutation ($input: LoginInput!) { login(input: $input) { ... on SignedIn { accessToken refreshToken } } }';
const REFRESH = 'mutation ($input: RefreshInput) { refresh(input: $input) { accessToken refreshToken } }';
const ME = '{ me { id } }';

export async function signInAt(server: ServerProcess, { email, password }: Person): Promise<Tokens> {
  return (await server.ask(LOGIN, { input: { identifier: email, password } })).login;
}

/** Sessions that refresh at one replica and read at another, again and again. */
export interface SessionsInUse {
  /** Of the tokens that were used. */
  tokens: number;
  signIns: number;
  /** The code of each answer that is neither data nor SERVICE_UNAVAILABLE. */
  refused: string[];
  /** Until each session has been refreshed so many times from now on. */
  refreshed(times: number): Promise<void>;
  stop(): Promise<void>;
}

interface InUse {
  /** The replicas; a test that replaces one puts the new one in its place. */
  servers: ServerProcess[];
  sessions: Tokens[];
  /** Throws where it does not trust the token. */
  verify?: (accessToken: string) => Promise<unknown>;
  /** Signs in too, at any of them. */
  person?: Person;
}

export function useSessions({ servers, sessions, verify, person }: InUse): SessionsInUse {
  const stopping = new AbortController();
  const counts = sessions.map(() => 0);
  const used: SessionsInUse = {
    tokens: 0,
    signIns: 0,
    refused: [],
    async refreshed(times) {
      const due = counts.map((count) => count + times);
      for (let tries = 0; counts.some((count, at) => count < (due[at] ?? 0)); tries += 1) {
        if (tries > 1200 || used.refused.length > 0) throw new Error(`not refreshed: ${used.refused.join(', ')}`);
        await sleep(50);
      }
    },
    async stop() {
      stopping.abort();
      await Promise.all(clients);
    },
  };

  const ask = async (document: string, variables: object, options?: RequestOptions): Promise<any> => {
    for (let tries = 0; tries < 200; tries += 1) {
      const server = servers[Math.floor(Math.random() * servers.length)] as ServerProcess;
      const answer = await server.gql<any>(document, { ...variables }, options).catch(() => null);
      if (answer?.data) return answer.data;
      const code = answer?.errors.map(({ extensions }: GraphQLFailure) => extensions.code)[0];
      // Its connection broke, or it is stopping: the next one.
      if (code && code !== 'SERVICE_UNAVAILABLE') throw new Error(code);
      await sleep(50);
    }
    throw new Error('not answered by any replica');
  };

  const client = async ({ refreshToken }: Tokens, index: number) => {
    let token = refreshToken;
    while (!stopping.signal.aborted) {
      try {
        const { refresh } = await ask(REFRESH, { input: { refreshToken: token } });
        token = refresh.refreshToken;
        await ask(ME, {}, { token: refresh.accessToken });
        await verify?.(refresh.accessToken);
        used.tokens += 1;
        counts[index] = (counts[index] ?? 0) + 1;
        if (person) {
          const { login } = await ask(LOGIN, { input: { identifier: person.email, password: person.password } });
          await ask(ME, {}, { token: login.accessToken });
          used.signIns += 1;
        }
        await sleep(20 + Math.random() * 80);
      } catch (error) {
        used.refused.push((error as Error).message);
        return;
      }
    }
  };
  const clients = sessions.map(client);
  return used;
}

/** Starts another process in the place of each, one after another, as a rolling deployment does. */
export async function deploy(servers: ServerProcess[], settings: Record<string, string>, home?: string): Promise<void> {
  for (const [index, former] of servers.entries()) {
    servers[index] = await startServer(settings, home);
    await former.end();
  }
}
