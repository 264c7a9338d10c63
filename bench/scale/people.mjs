/** People who never were, as rows of PostgreSQL's COPY: the same for the same run and number. */
import { hash } from 'node:crypto';

const DAY = 86_400_000;
const GIVEN =
  'Ada Grace Alan Edsger Barbara Donald Radia Niklaus Frances Ken Margaret Dennis Karen Tony Hedy Leslie Joan Claude Mary John Sophie Linus Shafi Tim Katherine Vint Dorothy Bjarne Evelyn Guido'.split(
    ' ',
  );
const SYLLABLES =
  'ber kal mor win ste ron dal fen gri hol jun lar mon nor pel ras sil tor ul ven wes yar zim bra chu dro eck fro gal hin'.split(
    ' ',
  );
const AGENTS = [
  'Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15; rv:128.0) Gecko/20100101 Firefox/128.0',
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0 Safari/537.36',
  'Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1',
];
/** What else happens to one in fifty. */
const RARE = ['changePassword', 'updateProfile', 'logoutAll', 'endSession', 'requestPasswordReset'];

export const SESSIONS = 3;
export const EVENTS = 5;

/** The tables in the order in which they refer to each other. */
export const TABLES = {
  users:
    'id, email, username, display_name, locale, email_verified_at, suspended_at, last_login_at, created_at, updated_at, deleted_at',
  last_logins: 'user_id, last_login_at',
  passwords: 'user_id, hash, changed_at',
  user_roles: 'user_id, role_name, granted_at',
  sessions:
    'id, user_id, created_at, last_used_at, expires_at, absolute_expires_at, ip_address, user_agent, refreshes_since, authentication_methods',
  refresh_tokens: 'id, session_id, secret_hash, created_at',
  audit_events: 'id, at, action, outcome, code, actor_id, subject_id, session_id, ip_address, user_agent, request_id',
};

/** @typedef {Record<keyof typeof TABLES, string>} Rows text for COPY */
/**
 * @typedef {object} Run
 * @property {string} tag six hexadecimal digits: keeps two runs in one database apart
 * @property {string} key refresh tokens are derived from it
 * @property {string} hash of the one password
 * @property {number} users
 * @property {number} now milliseconds
 */

const isUnverified = (/** @type {number} */ n) => n % 50 === 7;
const isSuspended = (/** @type {number} */ n) => n % 100 === 11;
const isDeleted = (/** @type {number} */ n) => n % 100 === 13;

/** @param {number} n */
export function maySignIn(n) {
  return !isUnverified(n) && !isSuspended(n) && !isDeleted(n);
}

/**
 * Person number `n` of a run, as far as a client knows them.
 * @param {Run} run
 * @param {number} n
 */
export function personOf(run, n) {
  const createdAt = run.now - Math.round((2 * 365 * DAY * (run.users - n)) / run.users);
  const given = pick(GIVEN, n);
  const family = capital(
    pick(SYLLABLES, n * 7 + 3) + pick(SYLLABLES, Math.floor(n / 30)) + pick(SYLLABLES, Math.floor(n / 900)),
  );
  const username = `${given.toLowerCase()}.${n}.${run.tag}`;
  const email = `${given.toLowerCase()}.${family.toLowerCase()}.${n}.${run.tag}@example.com`;
  return { n, id: idOf(run, 'user', n, createdAt), email, username, displayName: `${given} ${family}`, createdAt };
}

/**
 * Session `index` of a person with its refresh token.
 * @param {Run} run
 * @param {number} n
 * @param {number} index
 */
export function sessionOf(run, n, index) {
  const ordinal = n * SESSIONS + index;
  // Signed in within the last four weeks: every session lives.
  const createdAt = run.now - 28 * DAY + Math.round((27 * DAY * ((ordinal * 7919) % 10_007)) / 10_007);
  const tokenId = idOf(run, 'token', ordinal, run.now);
  const secret = hash('sha256', `${run.key} ${tokenId}`, 'base64url');
  return {
    id: idOf(run, 'session', ordinal, run.now),
    createdAt,
    tokenId,
    secret,
    refreshToken: `${tokenId}.${secret}`,
  };
}

/**
 * The people from..to (exclusive) as text for COPY.
 * @param {Run} run
 * @param {number} from
 * @param {number} to
 * @returns {Rows}
 */
export function rowsOf(run, from, to) {
  const rows = {
    users: '',
    last_logins: '',
    passwords: '',
    user_roles: '',
    sessions: '',
    refresh_tokens: '',
    audit_events: '',
  };
  for (let n = from; n < to; n += 1) addPerson(rows, run, n);
  return rows;
}

/**
 * @param {Rows} rows
 * @param {Run} run
 * @param {number} n
 */
function addPerson(rows, run, n) {
  const { id, email, username, displayName, createdAt } = personOf(run, n);
  const created = iso(createdAt);
  const verified = isUnverified(n) ? null : created;
  const suspended = isSuspended(n) ? created : null;
  const deleted = isDeleted(n) ? created : null;
  const sessions = Array.from({ length: SESSIONS }, (_, index) => sessionOf(run, n, index));
  const lastLogin = iso(Math.max(...sessions.map((session) => session.createdAt)));
  rows.users += line([
    id,
    email,
    username,
    displayName,
    n % 3 ? 'en' : 'de',
    verified,
    suspended,
    verified && lastLogin,
    created,
    created,
    deleted,
  ]);
  rows.last_logins += line([id, verified ? lastLogin : '-infinity']);
  rows.passwords += line([id, run.hash, created]);
  rows.user_roles += line([id, 'user', created]);
  const ip = `10.${n % 256}.${(n >> 8) % 256}.${(n >> 16) % 256}`;
  const agent = pick(AGENTS, n);
  for (const session of sessions) {
    const at = iso(session.createdAt);
    rows.sessions += line([
      session.id,
      id,
      at,
      at,
      iso(session.createdAt + 30 * DAY),
      iso(session.createdAt + 90 * DAY),
      ip,
      agent,
      at,
      '{PASSWORD}',
    ]);
    rows.refresh_tokens += line([session.tokenId, session.id, `\\\\x${hash('sha256', session.secret)}`, at]);
  }
  const [one, two] = sessions;
  const happenings = [
    { action: 'register', at: createdAt, sessionId: null },
    { action: 'verifyOtp', at: createdAt + 60_000, sessionId: null },
    { action: 'login', at: one?.createdAt ?? 0, sessionId: one?.id },
    n % 5 === 0
      ? { action: 'login', at: (two?.createdAt ?? 0) - 5000, sessionId: null, code: 'INVALID_CREDENTIALS' }
      : { action: 'login', at: two?.createdAt ?? 0, sessionId: two?.id },
    { action: n % 50 === 0 ? pick(RARE, n / 50) : 'refresh', at: (two?.createdAt ?? 0) + DAY / 2, sessionId: two?.id },
  ];
  happenings.forEach(({ action, at, sessionId, code = null }, index) => {
    const eventId = idOf(run, 'event', n * EVENTS + index, run.now);
    rows.audit_events += line([
      eventId,
      iso(at),
      action,
      code ? 'REFUSED' : 'SUCCEEDED',
      code,
      code ? null : id,
      id,
      sessionId,
      ip,
      agent,
      eventId,
    ]);
  });
}

const KINDS = { user: '1', session: '2', token: '3', event: '4' };

/**
 * A UUIDv7 made of what it stands for, in the order of the numbers: primary keys grow at their end, and nothing is drawn by lot.
 * @param {Run} run
 * @param {keyof typeof KINDS} kind
 * @param {number} n
 * @param {number} msecs
 */
function idOf({ tag }, kind, n, msecs) {
  const time = (msecs + Math.floor(n / 4096)).toString(16).padStart(12, '0');
  const tail = KINDS[kind] + tag + n.toString(16).padStart(8, '0');
  return `${time.slice(0, 8)}-${time.slice(8)}-7${(n % 4096).toString(16).padStart(3, '0')}-8${tail.slice(0, 3)}-${tail.slice(3)}`;
}

/** @param {(string | null | undefined)[]} values */
function line(values) {
  return `${values.map((value) => value ?? '\\N').join('\t')}\n`;
}

/** @param {string[]} list @param {number} n */
function pick(list, n) {
  return list[Math.floor(n) % list.length] ?? '';
}

/** @param {string} word */
function capital(word) {
  return word.charAt(0).toUpperCase() + word.slice(1);
}

/** @param {number} ms */
function iso(ms) {
  return new Date(ms).toISOString();
}
