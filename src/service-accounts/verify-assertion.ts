import type { Needs } from '../context.js';
import type { JSONWebKeySet, JWTPayload } from 'jose';
import { sha256 } from '../platform/crypto.js';
import { nowIn } from '../platform/clock.js';
import { isId } from '../platform/ids.js';
import { ALGORITHMS } from '../providers/signatures.js';

type VerifyNeeds = Needs<'sql' | 'clock' | 'config' | 'clientKeys'>;

/** The longest lifetime in seconds: a stolen one cannot be kept for later. */
const MAX_LIFETIME = 300;
/** How far the client's clock may differ, in seconds. */
const TOLERANCE = 30;
const MAX_LENGTH = 8192;

/** The client that an assertion names, unverified. Null if it names none. */
export function clientOfAssertion(assertion: string): string | null {
  if (assertion.length > MAX_LENGTH) return null;
  try {
    const payload = assertion.split('.')[1] ?? '';
    const { sub } = JSON.parse(Buffer.from(payload, 'base64url').toString('utf8')) as JWTPayload;
    return typeof sub === 'string' && isId(sub) ? sub : null;
  } catch {
    return null;
  }
}

/**
 * Whether the assertion authenticates the client (RFC 7523 §3): signed with a key that is published at its `jwksUri`, for this server alone, and
 * not used before. Throws if the keys cannot be read.
 */
export async function verifyAssertion(
  ctx: VerifyNeeds,
  assertion: string,
  { clientId, jwksUri }: { clientId: string; jwksUri: string },
): Promise<boolean> {
  const keys = ctx.clientKeys.at(jwksUri);
  const held = await keys.get();
  let claims = await verifyWith(ctx, held, assertion, clientId);
  if (claims === 'KEY_UNKNOWN') {
    const renewed = await keys.renew();
    claims = renewed === held ? null : await verifyWith(ctx, renewed, assertion, clientId);
  }
  if (!claims || claims === 'KEY_UNKNOWN') return false;
  return isFirstUse(ctx, clientId, claims);
}

async function verifyWith(
  { config, clock }: VerifyNeeds,
  keys: JSONWebKeySet,
  assertion: string,
  clientId: string,
): Promise<JWTPayload | 'KEY_UNKNOWN' | null> {
  const jose = await import('jose');
  try {
    const { payload } = await jose.jwtVerify(assertion, jose.createLocalJWKSet(keys), {
      issuer: clientId,
      subject: clientId,
      audience: [config.publicUrl, `${config.publicUrl}/oauth/token`],
      // No HMAC and no `none`: only keys that are published.
      algorithms: ALGORITHMS,
      requiredClaims: ['exp', 'jti'],
      clockTolerance: TOLERANCE,
      currentDate: clock.now(),
    });
    const { aud, exp = 0, jti } = payload;
    // With several audiences, another server among them could replay it here.
    const forUsAlone = typeof aud === 'string' || aud?.length === 1;
    const short = exp - clock.now().getTime() / 1000 <= MAX_LIFETIME + TOLERANCE;
    return forUsAlone && short && typeof jti === 'string' && jti.length <= 255 ? payload : null;
  } catch (error) {
    return error instanceof jose.errors.JWKSNoMatchingKey ? 'KEY_UNKNOWN' : null;
  }
}

async function isFirstUse(
  { sql, clock }: VerifyNeeds,
  clientId: string,
  { jti, exp = 0 }: JWTPayload,
): Promise<boolean> {
  const params = [sha256(`${clientId} ${jti}`), exp + TOLERANCE, clock.forDatabase()];
  return (await sql('client-assertion', USE, params)).length === 1;
}

const USE = `
insert into client_assertions (digest, expires_at)
select $1::bytea, to_timestamp($2::float8) where to_timestamp($2::float8) > ${nowIn('$3')}
on conflict do nothing returning expires_at`;
