import type { Needs } from '../context.js';
import type { RouteAnswer, RouteRequest } from '../feature.js';
import { bearerChallenge } from '../platform/bearer-challenge.js';
import { isId } from '../platform/ids.js';
import { permissionsOfRoles } from '../roles/permissions-of-roles.js';
import { authenticateClient, type Credentials, credentialsIn } from '../service-accounts/authenticate-client.js';
import { noteUse } from '../service-accounts/issue-token.js';
import { carriesRightsOf, type MachinePrincipal } from '../service-accounts/machines.js';
import { countWrongCredentials } from '../service-accounts/wrong-credentials.js';
import { ASK_FOR_BASIC, oauthError } from './oauth-answer.js';
import { resourceServerOf } from './resource-server.js';

/** The permission that a service account needs to introspect the tokens of all users. */
const PERMISSION = 'tokens:introspect';

type ServiceNeeds = Needs<
  'actor' | 'clock' | 'request' | 'sql' | 'log' | 'config' | 'limits' | 'machines' | 'clientKeys'
>;

/** A service that may introspect tokens: RFC 7662 §2.1 allows no one else, since anyone could test guesses. */
export interface IntrospectingService {
  /** Its name in RESOURCE_SERVERS, or the id of the service account. */
  name: string;
  /** For a stream: whether the service is still allowed. Absent for services of RESOURCE_SERVERS, which are allowed as long as the process runs. */
  stillMay?(): Promise<boolean>;
}

type Asking = { service: IntrospectingService } | { refused: RouteAnswer };

/**
 * Authenticates the service: by credentials of RESOURCE_SERVERS, or by credentials or an access token of a service account. Otherwise
 * returns the answer that refuses it.
 */
export async function introspectingService(
  ctx: ServiceNeeds,
  operation: string,
  request: Pick<RouteRequest, 'headers' | 'form'>,
): Promise<Asking> {
  const name = resourceServerOf(ctx.config, request);
  if (name !== null) return { service: { name } };
  const credentials = credentialsIn(request.headers, request.form);
  if (credentials === 'SEVERAL') return { refused: oauthError(400, 'invalid_request', ONE_METHOD) };
  if (credentials === 'NONE') return byAccessToken(ctx);
  const asking = await byCredentials(ctx, credentials);
  // Any other name belongs to RESOURCE_SERVERS, whose secrets are long and whose services are the operator's programs.
  if (!asking && isId(credentials.clientId)) await countWrongCredentials(ctx, operation, credentials.clientId);
  return asking ?? UNKNOWN;
}

/** Null if there is no such service account, or the credentials are not its own. */
async function byCredentials(ctx: ServiceNeeds, credentials: Credentials): Promise<Asking | null> {
  const client = await authenticateClient(ctx, credentials);
  if (!client) return null;
  const { clientId, sessionId, jwksUri } = client;
  const read = () => ctx.machines.read({ sub: clientId, sid: sessionId });
  const machine = await read();
  // Keys may have been revoked while they were read: the client publishes them, and can make the read slow.
  if (!machine || (jwksUri !== undefined && jwksUri !== machine.jwksUri)) return null;
  if (!mayIntrospect(machine)) return FORBIDDEN;
  noteUse(ctx, clientId, sessionId);
  let asked = 0;
  const stillMay = async () => {
    // Otherwise a secret with a stream open for days would seem unused.
    if (++asked % 60 === 0) noteUse(ctx, clientId, sessionId);
    return mayIntrospect(await read());
  };
  return { service: { name: clientId, stillMay } };
}

async function byAccessToken(ctx: ServiceNeeds): Promise<Asking> {
  const actor = await ctx.actor();
  if (actor.kind !== 'machine') return UNKNOWN;
  if (!actor.permissions.has(PERMISSION)) return FORBIDDEN;
  const { claims, serviceAccountId: name } = actor;
  const stillMay = async () => {
    if (ctx.clock.now().getTime() >= claims.exp * 1000) return false;
    const machine = await ctx.machines.read(claims);
    return machine !== null && carriesRightsOf(claims, machine);
  };
  return { service: { name, stillMay } };
}

function mayIntrospect(machine: MachinePrincipal | null): boolean {
  return machine !== null && permissionsOfRoles(machine.roles).includes(PERMISSION);
}

const ONE_METHOD = 'Send the credentials by one method.';

/** The same for an unknown service, wrong credentials, and the access token of a user. */
const UNKNOWN = {
  refused: oauthError(
    401,
    'invalid_client',
    `Send the credentials of a service in RESOURCE_SERVERS by HTTP Basic, or credentials or an access token of a service account with the permission ${PERMISSION}.`,
    ASK_FOR_BASIC,
  ),
};

const FORBIDDEN = {
  refused: oauthError(403, 'insufficient_scope', `The service account lacks the permission ${PERMISSION}.`, {
    'www-authenticate': bearerChallenge({ error: 'insufficient_scope', scope: PERMISSION }),
  }),
};
