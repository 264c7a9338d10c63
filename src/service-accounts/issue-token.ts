import type { Needs } from '../context.js';
import type { IssuedAccessToken } from '../keys/access-token.js';
import { nowIn } from '../platform/clock.js';
import { customClaims } from '../sessions/custom-claims.js';
import { permissionsOfRoles } from '../roles/permissions-of-roles.js';

type IssueNeeds = Needs<'sql' | 'clock' | 'log' | 'config' | 'keys' | 'machines'>;

/** A service account that has authenticated. */
export interface AuthenticatedClient {
  clientId: string;
  /** The id of the secret; that of the service account if a signed JWT has authenticated it. */
  sessionId: string;
  /** The address of the keys, if one of them has authenticated it. */
  jwksUri?: string;
}

/**
 * Issues an access token for a service account, with all of its permissions or those in `scope`. SCOPE: it lacks one of them. GONE: it was
 * deleted, or its secret or keys were revoked, a moment ago: the client publishes the keys, and can make reading them slow.
 */
export async function issueToken(
  ctx: IssueNeeds,
  { clientId, sessionId, jwksUri }: AuthenticatedClient,
  scope?: string,
): Promise<IssuedAccessToken | 'SCOPE' | 'GONE'> {
  const machine = await ctx.machines.read({ sub: clientId, sid: sessionId });
  if (!machine || (jwksUri !== undefined && jwksUri !== machine.jwksUri)) return 'GONE';
  const held = permissionsOfRoles(machine.roles);
  const asked = scope?.split(' ').filter(Boolean) ?? held;
  if (!asked.every((permission) => held.includes(permission))) return 'SCOPE';
  const permissions = held.filter((permission) => asked.includes(permission));
  // A narrowed token names no role: a service that decides by roles would grant it all rights of the role.
  const roles = permissions.length === held.length ? machine.roles : [];
  const names = roles.map(({ name }) => name);
  const issued = ctx.keys.accessTokens.issue({
    ...customClaims(ctx.config, { user: { id: clientId }, roles: names, permissions }),
    sub: clientId,
    client_id: clientId,
    sid: sessionId,
    scope: permissions.join(' '),
    roles: names,
    ver: [machine.version, ...roles.map(({ version }) => version)],
    // No user has authenticated: no demand for a strong or a recent authentication is met (RFC 9470).
    amr: [],
    acr: '0',
    auth_time: 0,
    email_verified: false,
  });
  noteUse(ctx, clientId, sessionId);
  return issued;
}

/** Not awaited: it is only shown in lists. */
export function noteUse(
  { sql, clock, log }: Needs<'sql' | 'clock' | 'log'>,
  clientId: string,
  sessionId: string,
): void {
  sql('service-account-used', USED, [clock.forDatabase(), clientId, sessionId]).catch((error: unknown) =>
    log.warn({ err: error }, 'the use of a service account was not recorded'),
  );
}

const NOW = nowIn('$1');
const STALE = `coalesce(last_used_at <= ${NOW} - interval '1 minute', true)`;

const USED = `
with secret as (
  update service_account_secrets set last_used_at = ${NOW} where id = $3::uuid and ${STALE}
)
update service_accounts set last_used_at = ${NOW} where id = $2::uuid and ${STALE}`;
