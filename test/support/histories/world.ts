import { type Client, createClient } from '../client.js';
import type { Act } from './check-history.js';

/** An account that the clients of a history share. */
export interface Account {
  id: string;
  email: string;
  password: string;
}

/** A session as its client knows it, alive or not. */
export interface KnownSession {
  id: string;
  account: Account;
  /** Every access token that it has had. */
  accessTokens: string[];
  /** The newest. */
  refreshToken: string;
  /** Its client refreshes, and does nothing else with it meanwhile. */
  refreshing: boolean;
}

/** Everything that the clients of one history share. */
export interface World {
  accounts: Account[];
  administrator: { accessToken: string };
  sessions: KnownSession[];
  acts: Act[];
  /** Requests whose answers nobody waits for. */
  unheard: Promise<unknown>[];
  /** A number below `below`, and a server's address: by the history's own dice. */
  random(below: number): number;
  url(): string;
}

/** What a client waits for an answer. */
const PATIENCE = 15_000;

export function operate(
  world: World,
  query: string,
  variables: Record<string, unknown>,
  token?: string,
): Promise<Sent> {
  return send(world, (client, options) => client.gql(query, variables, { ...options, token }));
}

/** Codes that leave open whether it happened: what PostgreSQL did not confirm may have been committed. */
const UNCERTAIN = new Set(['SERVICE_UNAVAILABLE', 'INTERNAL_SERVER_ERROR']);

export interface Sent {
  outcome: string;
  data: Record<string, any> | null;
  took: number;
  /** Enters it into the history. */
  note(act: Omit<Act, 'sentAt' | 'answeredAt' | 'outcome'>): void;
}

export interface Heard {
  data?: Record<string, any> | null | undefined;
  errors: { extensions: { code: string } }[];
}

export async function send(
  world: World,
  ask: (client: Client, options: { signal: AbortSignal }) => Promise<Heard>,
): Promise<Sent> {
  const sentAt = performance.now();
  let [outcome, data]: [string, Sent['data']] = ['unknown', null];
  try {
    const answer = await ask(createClient(world.url()), { signal: AbortSignal.timeout(PATIENCE) });
    const code = answer.errors[0]?.extensions.code;
    outcome = code === undefined ? 'done' : UNCERTAIN.has(code) ? 'unknown' : code;
    data = code === undefined ? (answer.data ?? null) : null;
  } catch {
    // The connection broke, or nothing was answered in time.
  }
  const answeredAt = performance.now();
  return {
    outcome,
    data,
    took: answeredAt - sentAt,
    note: (act) => world.acts.push({ ...act, sentAt, answeredAt, outcome }),
  };
}
