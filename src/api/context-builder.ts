import type { MikroORM } from '@mikro-orm/postgresql';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Context, Loaders, Services } from '../context.js';
import { rolesOfUser } from '../roles/roles-loader.js';
import { sessionsOfUser } from '../sessions/sessions-loader.js';
import { userById } from '../users/users-loader.js';
import { actorOf } from './actor.js';
import { refreshCookie } from './refresh-cookie.js';

export type ContextBuilder = (request: FastifyRequest, reply: FastifyReply) => Context;

/** What each operation of one request may need. Nothing is read, asked or opened before it is used. */
export function contextBuilder(services: Services, orm: MikroORM): ContextBuilder {
  const cookie = refreshCookie(services.config);
  return (request, reply) => {
    const { headers } = request;
    const em = orm.em.fork();
    const context: Context = {
      ...services,
      em,
      request: {
        id: request.id,
        ipAddress: request.ip,
        userAgent: headers['user-agent']?.slice(0, 512) ?? null,
        routerSecret: single(headers['router-authorization']),
        ...cookie.read(headers),
      },
      ...actorOf(services, headers.authorization),
      setRefreshCookie: (token) => void reply.header('set-cookie', cookie.print(token)),
      loaders: lazyLoaders(services, em),
    };
    // Whoever is asking, their own roles came with their row.
    const { self } = context;
    context.self = async () => {
      const who = await self();
      if (who) context.loaders.rolesOfUser.prime(who.user.id, who.roles as never);
      return who;
    };
    return context;
  };
}

function lazyLoaders(services: Services, em: Context['em']): Loaders {
  const made: Partial<Loaders> = {};
  return {
    get userById() {
      return (made.userById ??= userById(em));
    },
    get rolesOfUser() {
      return (made.rolesOfUser ??= rolesOfUser(em));
    },
    get sessionsOfUser() {
      return (made.sessionsOfUser ??= sessionsOfUser(services, em));
    },
  };
}

function single(header: string | string[] | undefined): string | null {
  return typeof header === 'string' ? header : null;
}
