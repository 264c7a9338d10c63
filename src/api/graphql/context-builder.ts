import type { MikroORM } from '@mikro-orm/postgresql';
import type { IncomingMessage } from 'node:http';
import type { Context, CookieName, CookieValue, Loaders, Needs, Services } from '../../context.js';
import { apiKeysOfUser } from '../../api-keys/api-keys-loader.js';
import { dataExportsOfUser } from '../../data-exports/data-exports-loader.js';
import { identitiesOfUser } from '../../identities/identities-loader.js';
import { factorsOfUser } from '../../methods/factors-loader.js';
import { recoveryCodesLeft } from '../../methods/recovery-codes/recovery-codes-loader.js';
import { requestRows } from '../../platform/request-rows.js';
import { hasPassword } from '../../passwords/passwords-loader.js';
import { roleByName, rolesOfUser } from '../../roles/roles-loader.js';
import {
  rolesOfServiceAccount,
  secretsOfServiceAccount,
  serviceAccountById,
} from '../../service-accounts/service-accounts-loader.js';
import { sessionById, sessionsOfUser } from '../../sessions/sessions-loader.js';
import { userById } from '../../users/users-loader.js';
import { attemptsOfDelivery } from '../../webhooks/attempts-loader.js';
import { actorOf } from './actor.js';
import { APP_HEADER } from './known-app.js';
import { cookies } from '../http/cookies.js';

/**
 * `app` is the application that the address of a page names. Without a reply (a page behind a mail's link) no cookie can be set: tokens do
 * not belong there.
 */
export type ContextBuilder = (
  request: { id: string; raw: IncomingMessage; app?: string | undefined },
  reply?: { header(name: string, value: string): unknown },
) => Context;

/** What the operations of one request may need. Nothing is read, requested or opened before it is used. */
export function contextBuilder(
  services: Services,
  orm: MikroORM,
  ipOf: (request: IncomingMessage) => string,
): ContextBuilder {
  const { read, print } = cookies(services.config);
  return (request, reply) => {
    const { headers } = request.raw;
    const facts = read(headers);
    const setCookie = (name: CookieName, cookie: CookieValue | null) =>
      print(name, cookie, facts).forEach((line) => reply?.header('set-cookie', line));
    const named = (request.app ?? single(headers[APP_HEADER])) || null;
    const app = services.config.apps.some(({ name }) => name === named) ? named : null;
    const source = actorOf(services, headers.authorization, () => context.request.ipAddress);
    const context: Context = Object.assign(new WithManager(orm), {
      ...services,
      request: {
        id: request.id,
        ipAddress: ipOf(request.raw),
        userAgent: headers['user-agent']?.slice(0, 512) ?? null,
        routerSecret: single(headers['router-authorization']),
        app,
        appIsUnknown: named !== null && app === null,
        ...facts,
      },
      ...source,
      // The user's own roles came with their row.
      async self() {
        const who = await source.self();
        if (who) context.loaders.rolesOfUser.prime(who.user.id, who.roles as never);
        return who;
      },
      setRefreshCookie(cookie: CookieValue | null) {
        // A page of another origin cannot clear the cookie, even with a token of its own. A disputed cookie is not cleared either: that
        // would remove the user's own cookie, and the planted one would be trusted from then on.
        if (cookie || !(facts.foreignOrigin || facts.disputedCookies.includes('refresh'))) setCookie('refresh', cookie);
      },
      setDeviceCookie(cookie: CookieValue) {
        if (!facts.disputedCookies.includes('device')) setCookie('device', cookie);
      },
      setProviderCookie(cookie: CookieValue) {
        setCookie('provider', cookie);
      },
      pages: requestRows(),
      loaders: new LazyLoaders(services, () => context),
    });
    return context;
  };
}

/**
 * A fork costs more than all the rest of the context, and `me` and `refresh` never use it. The getter is the prototype's:
 * what is assigned to the context beside it stays plain properties, and nothing that copies those calls it.
 */
class WithManager {
  private readonly forked: { em?: Context['em'] } = {};

  constructor(private readonly orm: MikroORM) {}

  get em(): Context['em'] {
    return (this.forked.em ??= this.orm.em.fork());
  }
}

/**
 * Getters of a class, not of a literal: V8 keeps those of a literal in a hidden class of its own for each object, which is old
 * from its birth and kept everything that a request had reached alive until a full collection: half of what `me` spent on
 * collecting garbage. A method written over after the object was made does the same.
 */
class LazyLoaders implements Loaders {
  private readonly made: Partial<Loaders> = {};

  constructor(
    private readonly services: Services,
    private readonly from: () => Needs<'em' | 'pages'>,
  ) {}

  get userById() {
    return (this.made.userById ??= userById(this.from().em));
  }

  get userEvenDeleted() {
    return (this.made.userEvenDeleted ??= userById(this.from().em, { evenDeleted: true }));
  }

  get rolesOfUser() {
    return (this.made.rolesOfUser ??= rolesOfUser(this.from()));
  }

  get factorsOfUser() {
    return (this.made.factorsOfUser ??= factorsOfUser({ ...this.services, em: this.from().em }));
  }

  get recoveryCodesLeft() {
    return (this.made.recoveryCodesLeft ??= recoveryCodesLeft(this.services));
  }

  get identitiesOfUser() {
    return (this.made.identitiesOfUser ??= identitiesOfUser(this.from()));
  }

  get sessionsOfUser() {
    const { em, pages } = this.from();
    return (this.made.sessionsOfUser ??= sessionsOfUser({ ...this.services, em, pages }));
  }

  get apiKeysOfUser() {
    const { em, pages } = this.from();
    return (this.made.apiKeysOfUser ??= apiKeysOfUser({ ...this.services, em, pages }));
  }

  get attemptsOfDelivery() {
    const { em, pages } = this.from();
    return (this.made.attemptsOfDelivery ??= attemptsOfDelivery({ ...this.services, em, pages }));
  }

  get dataExportsOfUser() {
    const { em, pages } = this.from();
    return (this.made.dataExportsOfUser ??= dataExportsOfUser({ ...this.services, em, pages }));
  }

  get sessionById() {
    return (this.made.sessionById ??= sessionById({ ...this.services, em: this.from().em }));
  }

  get roleByName() {
    return (this.made.roleByName ??= roleByName(this.from()));
  }

  get serviceAccountById() {
    return (this.made.serviceAccountById ??= serviceAccountById(this.from()));
  }

  get rolesOfServiceAccount() {
    return (this.made.rolesOfServiceAccount ??= rolesOfServiceAccount(this.from()));
  }

  get secretsOfServiceAccount() {
    return (this.made.secretsOfServiceAccount ??= secretsOfServiceAccount(this.from()));
  }

  get hasPassword() {
    return (this.made.hasPassword ??= hasPassword(this.from()));
  }
}

function single(header: string | string[] | undefined): string | null {
  return typeof header === 'string' ? header : null;
}
