import type { Actor, Anonymous, AuthenticatedUser, Services } from '../../context.js';
import { type AccessTokenClaims, isOfMachine } from '../../keys/access-token.js';
import { bearerToken } from '../../sessions/bearer-token.js';
import { authenticatedUserOf } from '../../sessions/signed-in.js';
import { checkToken, type TokenVerdict } from '../../sessions/check-token.js';
import type { PrincipalReader, SessionPrincipal } from '../../sessions/principals.js';

export interface ActorSource {
  actor(): Promise<Actor>;
  bearer(): Promise<Actor>;
  /** The same if it is known already, without a promise. */
  knownActor(): Actor | undefined;
  bearerUserId(): string | null;
  actAs(person: AuthenticatedUser): void;
  self(): Promise<SessionPrincipal | null>;
}

type ActorNeeds = Pick<Services, 'keys' | 'revocations' | 'principals' | 'apiKeys' | 'machines'>;

/**
 * Token → Anonymous | AuthenticatedUser | Machine, when first needed and at most once per request: an anonymous request costs neither Redis
 * nor SQL. A bad token is not an error here: clients send their dead access token along with `refresh` and `login`.
 */
export function actorOf(needs: ActorNeeds, authorization: string | undefined, ipAddress: () => string): ActorSource {
  let actor: Promise<Actor> | undefined;
  let bearer: Promise<Actor> | undefined;
  let known: Actor | undefined;
  let self: Promise<SessionPrincipal | null> | undefined;

  const read: PrincipalReader['read'] = (claims) => (self ??= needs.principals.read(claims));

  async function find(): Promise<Actor> {
    const found = await actorBy((token) => checkToken(needs, token, { read, ipAddress: ipAddress() }));
    // A user who has signed in meanwhile (`actAs`) stays signed in.
    known ??= found;
    return found;
  }

  async function actorBy(verdictOn: (token: string) => Promise<AccessTokenClaims | TokenVerdict>): Promise<Actor> {
    const token = bearerToken(authorization);
    if (token === null) return anonymous('UNAUTHENTICATED');
    const claims = await verdictOn(token);
    return typeof claims === 'string' ? anonymous(claims) : actorWith(claims);
  }

  /** Checks the signature and the deny entries alone: the rest only PostgreSQL knows. */
  async function notDenied(token: string): Promise<AccessTokenClaims | TokenVerdict> {
    if (needs.apiKeys.recognises(token)) return checkToken(needs, token, { read, ipAddress: ipAddress() });
    const claims = await needs.keys.accessTokens.verify(token);
    return typeof claims === 'string' || !(await needs.revocations.isDenied(claims)) ? claims : 'TOKEN_REVOKED';
  }

  return {
    actor: () => (actor ??= find()),
    bearer: () => actor ?? (bearer ??= actorBy(notDenied)),
    knownActor: () => known,
    bearerUserId: () => needs.keys.accessTokens.userIdOf(bearerToken(authorization) ?? ''),
    actAs(person) {
      known = person;
      actor = Promise.resolve(person);
      self = undefined;
    },
    async self() {
      const who = await (actor ??= find());
      return who.kind === 'user' ? read(who.claims) : null;
    },
  };
}

function actorWith(claims: AccessTokenClaims): Actor {
  const user = authenticatedUserOf(claims);
  if (!isOfMachine(claims)) return user;
  return { kind: 'machine', serviceAccountId: claims.sub, permissions: user.permissions, claims };
}

function anonymous(problem: Anonymous['problem']): Anonymous {
  return { kind: 'anonymous', problem };
}
