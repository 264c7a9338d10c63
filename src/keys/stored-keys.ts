import { createPrivateKey, createPublicKey } from 'node:crypto';
import type { Algorithm } from '../config/key-settings.js';
import { type Clock, millisecondsIn, nowIn } from '../platform/clock.js';
import type { Sql } from '../platform/database.js';
import type { SecretNeeds } from './keys.js';
import { sealedValues } from './sealed-values.js';
import { generateSigningKey, type SigningKey, verificationKeyOf } from './verification-key.js';

export interface StoredKeysNeeds extends SecretNeeds {
  sql: Sql;
  clock: Clock;
}

/** A row of `signing_keys`; times are milliseconds since 1970, by PostgreSQL's clock. */
export interface StoredKey {
  number: number;
  kid: string;
  /** Null if it cannot be decrypted: encrypted with another key, for another kid, or altered since. */
  key: SigningKey | null;
  createdAt: number;
  activeFrom: number;
  retiredAt: number | null;
}

export interface Rotation {
  /** How long the next key is published before it signs. */
  ahead: number;
  /** How long the previous keys are trusted after that. */
  keep: number;
}

export interface NextKey extends Rotation {
  algorithm: Algorithm;
}

const HOUR = 3_600_000;

/**
 * `ahead` is longer than verifiers cache the published keys: routers and guards do for ten minutes. `keep` is longer than any access token
 * lives: ACCESS_TOKEN_LIFETIME is 1h at most.
 */
export const ORDERLY: Rotation = { ahead: HOUR, keep: 2 * HOUR };
/** By then each process has read the new key, so that none refuses what another signs. */
export const AFTER_A_LEAK: Rotation = { ahead: 10_000, keep: 0 };
/** For an installation that has no key yet. */
export const FIRST: Rotation = { ahead: 0, keep: 0 };

/** Every key, the oldest first, and the time. */
export async function readKeys(needs: StoredKeysNeeds): Promise<{ now: number; keys: StoredKey[] }> {
  const [read] = await needs.sql<{ now: number; rows: Row[] | null }>('signing_keys', READ, [
    needs.clock.forDatabase(),
  ]);
  if (!read) throw new Error('PostgreSQL gave no answer about signing keys');
  const keys = (read.rows ?? []).map(({ sealed, ...row }) => Object.assign(row, { key: open(needs, row.kid, sealed) }));
  return { now: read.now, keys };
}

/**
 * Creates the key after the one with this number, and retires all before it, in one statement. Returns whether it did: of several
 * concurrent processes, one does.
 */
export async function makeKey(ctx: StoredKeysNeeds, after: number, next: NextKey): Promise<boolean> {
  const { algorithm, ahead, keep } = next;
  const { kid, privateKey } = await generateSigningKey(algorithm);
  const sealed = sealedKey.seal(ctx, kid, privateKey.export({ type: 'pkcs8', format: 'pem' }) as string);
  const made = await ctx.sql('signing_key_made', MAKE, [
    ctx.clock.forDatabase(),
    after + 1,
    kid,
    sealed,
    ahead / 1000,
    keep / 1000,
  ]);
  return made.length > 0;
}

export function isRetired({ retiredAt }: StoredKey, now: number): boolean {
  return retiredAt !== null && retiredAt <= now;
}

/**
 * The newest active key. If none is active yet, the first one: a process may read an installation's first key with a time taken just before
 * another process created it.
 */
export function signingKeyAt(keys: StoredKey[], now: number): SigningKey | undefined {
  const usable = keys.filter((one) => one.key && !isRetired(one, now));
  return (usable.findLast(({ activeFrom }) => activeFrom <= now) ?? usable[0])?.key ?? undefined;
}

/** With a key derived from SERVER_SECRET, which is not in the database. */
const sealedKey = sealedValues('signing-key', (kid: string) => kid);

type Row = Omit<StoredKey, 'key'> & { sealed: string };

function open(needs: SecretNeeds, kid: string, sealed: string): SigningKey | null {
  try {
    const privateKey = createPrivateKey(sealedKey.unseal(needs, kid, sealed));
    const key = verificationKeyOf(createPublicKey(privateKey));
    return key && { ...key, privateKey };
  } catch {
    return null;
  }
}

const ms = (column: string) => `floor(extract(epoch from ${column}) * 1000)`;

const READ = `
select ${millisecondsIn('$1')} as now,
       (select json_agg(json_build_object('number', number, 'kid', kid, 'sealed', sealed_key, 'createdAt', ${ms('created_at')},
                                          'activeFrom', ${ms('active_from')}, 'retiredAt', ${ms('retired_at')}) order by number)
          from signing_keys) as rows`;

const MAKE = `
with made as (
  insert into signing_keys (number, kid, sealed_key, created_at, active_from)
  values ($2, $3, $4, ${nowIn('$1')}, ${nowIn('$1')} + make_interval(secs => $5))
  on conflict do nothing
  returning number, active_from
), retired as (
  update signing_keys as former
     set retired_at = least(former.retired_at, made.active_from + make_interval(secs => $6))
    from made where former.number < made.number
)
select number from made`;
