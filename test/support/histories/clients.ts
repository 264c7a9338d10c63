import { setTimeout as sleep } from 'node:timers/promises';
import { LOGIN, ME, REFRESH } from '../people.js';
import type { Act } from './check-history.js';
import { type Account, type Heard, type KnownSession, operate, send, type World } from './world.js';

/** Of two refreshes at once, so far apart, the later one may be past REFRESH_GRACE. */
const LONG = 2_000;

/** One after another, so many requests of a client: it signs in, reads, refreshes, signs out, and meets the others of its account. */
export async function actAsClient(world: World, account: Account, turns: number): Promise<void> {
  let own: KnownSession | null = null;
  for (let turn = 0; turn < turns; turn += 1) {
    if (!own) own = await signIn(world, account);
    else if (!(await act(world, own))) own = null;
    if (world.random(10) === 0) await sleep(world.random(80));
  }
}

/** Whether the client still has a session. */
async function act(world: World, own: KnownSession): Promise<boolean> {
  const dice = world.random(100);
  if (dice < 40) return kept(await read(world, own));
  // Tokens of others, and of sessions that have ended.
  if (dice < 55) return readOfAny(world);
  if (dice < 80) return kept(await refresh(world, own));
  if (dice < 88) return leave(world, own);
  if (dice < 93) return endAnother(world, own);
  if (dice < 95) return leaveEverywhere(world, own);
  if (dice < 98) return replacePassword(world, own);
  return suspend(world, own);
}

const GONE = new Set(['TOKEN_REVOKED', 'REFRESH_TOKEN_INVALID', 'REFRESH_TOKEN_REUSED']);

function kept(outcome: string): boolean {
  return !GONE.has(outcome);
}

async function signIn(world: World, account: Account): Promise<KnownSession | null> {
  const input = { identifier: account.email, password: account.password };
  const { outcome, data, note } = await operate(world, LOGIN, { input });
  const given = data?.login;
  if (outcome !== 'done' || !given?.accessToken) {
    note({ operation: 'login', account: account.id, session: null });
    await sleep(200);
    return null;
  }
  const { accessToken, refreshToken, session } = given;
  const begun = { id: session.id, account, accessTokens: [accessToken], refreshToken, refreshing: false };
  world.sessions.push(begun);
  note({ operation: 'login', account: account.id, session: begun.id });
  return begun;
}

/** As a person (`me` reads the session in any case) or as a service that asks whether the token is revoked (which may believe Redis). */
export async function read(world: World, session: KnownSession, token = session.accessTokens.at(-1)): Promise<string> {
  const { id, account } = session;
  if (world.random(2) === 0) return verify(world, session, token ?? '');
  const { outcome, data, note } = await send(world, (client, options) => client.gql(ME, {}, { ...options, token }));
  note({ operation: 'me', account: account.id, session: id, told: data?.me?.id });
  return outcome;
}

async function verify(world: World, { id, account }: KnownSession, token: string): Promise<string> {
  const { outcome, note } = await send(world, async (client, { signal }) => {
    const answer = await client.http('/verify-token', { headers: { authorization: `Bearer ${token}` }, signal });
    if (answer.status === 200) return { data: {}, errors: [] };
    return refusal(answer.status === 401 ? 'TOKEN_REVOKED' : 'SERVICE_UNAVAILABLE');
  });
  note({ operation: 'verifyToken', account: account.id, session: id });
  return outcome;
}

function refusal(code: string): Heard {
  return { data: null, errors: [{ extensions: { code } }] };
}

async function readOfAny(world: World): Promise<true> {
  await readOfOne(world, world.sessions);
  return true;
}

async function readOfOne(world: World, sessions: KnownSession[]): Promise<void> {
  const session = sessions[world.random(sessions.length)];
  if (session) await read(world, session, session.accessTokens[world.random(session.accessTokens.length)]);
}

/** What has just ended is tried at once, on either replica: what one of them still believes, it believes for a second. */
async function tryWhatEnded(world: World, account: Account, session?: KnownSession): Promise<void> {
  const ended = session ? [session] : world.sessions.filter((one) => one.account === account).slice(-4);
  for (let times = 0; times < 3; times += 1) await readOfOne(world, ended);
}

/** One request; one whose answer is lost and that is sent again, at once or late; or one and then two at once, as of two tabs. */
export async function refresh(world: World, session: KnownSession, way = world.random(6)): Promise<string> {
  if (session.refreshing) return 'unknown';
  session.refreshing = true;
  if (way === 1 || way === 2) {
    world.unheard.push(trade(world, session, { adopt: false }));
    await sleep(way === 1 ? world.random(8) : GRACE_AND_MORE);
  }
  let outcome = await trade(world, session);
  if (outcome === 'unknown') outcome = await trade(world, session);
  if (way === 3) [outcome] = await Promise.all([trade(world, session), trade(world, session)]);
  session.refreshing = false;
  return outcome;
}

/** REFRESH_GRACE of the servers is 3 s. */
const GRACE_AND_MORE = 3_300;

async function trade(world: World, session: KnownSession, { adopt = true } = {}): Promise<string> {
  const { id, account, refreshToken } = session;
  const { outcome, data, took, note } = await operate(world, REFRESH, { input: { refreshToken } });
  // A request that came to be so late is a replay: the session may end, by rule.
  note({ operation: 'refresh', account: account.id, session: id, late: took > LONG });
  if (!adopt || outcome !== 'done' || !data) return outcome;
  session.refreshToken = data.refresh.refreshToken;
  session.accessTokens.push(data.refresh.accessToken);
  return outcome;
}

async function leave(world: World, own: KnownSession): Promise<false> {
  const { note } = await operate(world, 'mutation { logout { endedSessions } }', {}, own.accessTokens.at(-1));
  note({ operation: 'logout', account: own.account.id, session: own.id, ends: { session: own.id } });
  await tryWhatEnded(world, own.account, own);
  return false;
}

async function endAnother(world: World, own: KnownSession): Promise<boolean> {
  const others = world.sessions.filter(({ account }) => account === own.account);
  const other = others[world.random(others.length)] ?? own;
  const input = { sessionId: other.id };
  const query = 'mutation ($input: EndSessionInput!) { endSession(input: $input) { endedSessions } }';
  const { note } = await operate(world, query, { input }, own.accessTokens.at(-1));
  note({ operation: 'endSession', account: own.account.id, session: own.id, ends: { session: other.id } });
  await tryWhatEnded(world, own.account, other);
  return other !== own;
}

async function leaveEverywhere(world: World, own: KnownSession): Promise<boolean> {
  const keepCurrent = world.random(2) === 0;
  const query = 'mutation ($input: LogoutAllInput) { logoutAll(input: $input) { endedSessions } }';
  const { note } = await operate(world, query, { input: { keepCurrent } }, own.accessTokens.at(-1));
  const ends = { account: own.account.id, ...(keepCurrent && { except: own.id }) };
  note({ operation: 'logoutAll', account: own.account.id, session: own.id, ends });
  await tryWhatEnded(world, own.account);
  return keepCurrent;
}

/** The new password is the old one: the history is about sessions, and every client knows it. */
async function replacePassword(world: World, own: KnownSession): Promise<true> {
  const { password, id } = own.account;
  const query = 'mutation ($input: ChangePasswordInput!) { changePassword(input: $input) { id } }';
  const input = { currentPassword: password, newPassword: password };
  const { note } = await operate(world, query, { input }, own.accessTokens.at(-1));
  note({ operation: 'changePassword', account: id, session: own.id, ends: { account: id, except: own.id } });
  await tryWhatEnded(world, own.account);
  return true;
}

async function suspend(world: World, { account }: KnownSession): Promise<false> {
  const input = { userId: account.id };
  const order = async (operation: 'suspendUser' | 'reinstateUser', type: string, ends?: Act['ends']) => {
    const query = `mutation ($input: ${type}!) { ${operation}(input: $input) { id } }`;
    const { outcome, note } = await operate(world, query, { input }, world.administrator.accessToken);
    note({ operation, account: account.id, session: null, ...(ends && { ends }) });
    return outcome === 'done';
  };
  await order('suspendUser', 'SuspendUserInput', { account: account.id });
  await tryWhatEnded(world, account);
  // Else nobody signs in to it any more.
  for (let tries = 0; tries < 50; tries += 1) {
    if (await order('reinstateUser', 'ReinstateUserInput')) return false;
    await sleep(200);
  }
  throw new Error('an account is not reinstated');
}
