import type { IncomingHttpHeaders } from 'node:http';
import type { Readable } from 'node:stream';
import type { EntityManager } from '@mikro-orm/postgresql';
import type { CodeMail } from './challenges/mail-code.js';
import type { Context, Services } from './context.js';
import type { Refusal } from './errors.js';
import type { Method } from './methods/method.js';
import type { Queue } from './platform/jobs/boss.js';
import type { Job } from './platform/jobs/jobs.js';
import type { Retention } from './platform/jobs/purge-expired.js';
import type { MailDefinition } from './platform/mail/define-mail.js';
import type { MailTransport } from './platform/mail/transport.js';
import type { PersonalData } from './platform/personal-data.js';
import type { Phrases } from './platform/phrases.js';

/**
 * The parts of a folder. `features.ts` lists the features, and each part is collected where it is used: mikro-orm.config.ts, the schema,
 * the queue, the purge, the outbox, the pages. What is public as a whole is a flat page instead: errors.ts, config/settings.ts,
 * limit-policies.ts, api/graphql/permissions.ts, audit/details.ts.
 */
export interface Feature {
  /** The folder's name. */
  name: string;
  entities?: Class[];
  resolvers?: Class[];
  jobs?: JobRow[];
  /** Rows that are deleted after they have expired. */
  retention?: Retention[];
  /** How its tables hold personal data: an entry for each table. */
  personalData?: PersonalData[];
  mails?: MailDefinition[];
  /** Its methods to answer challenges. */
  methods?: Method[];
  /** How the codes of its challenges are sent. */
  codeMails?: CodeMail[];
  pages?: FormPage[];
  /** Its HTTP routes, beside GraphQL. */
  routes?: Route[];
}

// The constructors of entities and resolvers have arbitrary parameters.
type Class = abstract new (...args: never[]) => object;

/** A background task: its queue and its worker. */
export interface JobRow extends Queue {
  create(needs: JobNeeds): Job<never>;
}

export interface JobNeeds extends Services {
  em: EntityManager;
  transport: MailTransport;
  /** From all features. */
  mails: MailDefinition[];
  retention: Retention[];
}

/**
 * An HTTP address of the feature: where an identity provider sends the browser, or where a picture is uploaded. A `Refusal` is answered
 * with its HTTP status: as a page for a browser, else as JSON in GraphQL's shape.
 */
export interface Route {
  /** `any`: a proxy asks about requests of every method. */
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'any';
  /** It changes nothing (RFC 9110 §9.2.1): HEAD is answered too, and refusals are not recorded in the audit log. */
  safe?: boolean;
  /** In Fastify's syntax: `/avatars/:name`. */
  path: `/${string}`;
  /** Its name in metrics and in the audit log. */
  operation: string;
  /** The only body that it accepts; none unless given. */
  body?: RouteBody;
  /** Who may call it from a browser, beside our own pages: those of CORS_ORIGINS, or every page, then without cookies. */
  crossOrigin?: 'configured' | 'every';
  /** Throws a `Refusal` before the body is read: strangers must not fill the memory. */
  admit?(ctx: Context, request: RouteRequest): Promise<void>;
  answer(ctx: Context, request: RouteRequest): Promise<RouteAnswer>;
  /** Formats its errors if a protocol defines them. Their status is kept. */
  refused?(refusal: Refusal): Omit<RouteAnswer, 'status'>;
}

export interface RouteBody {
  /** What the route gets: the raw bytes, or the fields of a form. */
  as: 'bytes' | 'form';
  /** Its content types, in lower case and without parameters. */
  types: readonly string[];
  maxBytes: number;
  /** How many one process receives at once, since each is in memory. Beyond that, SERVICE_UNAVAILABLE; unlimited unless given. */
  atOnce?: number;
}

export interface RouteRequest {
  headers: IncomingHttpHeaders;
  params: Record<string, string>;
  /** The parameters, each once. */
  query: Record<string, string>;
  /** Set as `RouteBody.as` says; empty for a route without a body. */
  bytes: Buffer;
  form: Record<string, string>;
}

export interface RouteAnswer {
  status: number;
  headers?: Record<string, string>;
  body?: string | Buffer | Readable;
}

/** One page that a link in a mail opens. GET shows it and changes nothing, since mail scanners open every link; POST submits it. */
export interface FormPage<Name extends string = string> {
  path: `/${string}`;
  /** The name of the mutation, for metrics and the audit log. */
  operation: string;
  fields: Record<Name, FormField>;
  /** `title`, `text`, `button`, `done`, `next`, and `problems.<CODE>` where the page has a sentence of its own. */
  phrases: Phrases;
  /** The address of the account whose password the page sets; null if the link is no longer valid. */
  username?(services: Services, given: Partial<Record<Name, string>>): Promise<string | null>;
  /** Starts no session: tokens do not belong in a page. Refusals are shown, with the form if another attempt can succeed. */
  submit(ctx: Context, answer: Record<Name, string>): Promise<unknown>;
}

export interface FormField {
  /** 'link': only from the link. 'either': asked for unless the link holds it. 'person': always asked for. */
  from: 'link' | 'either' | 'person';
  /** The phrase of its label, for fields that may be asked for. */
  label?: string;
  /** The type of its input element. */
  type?: 'text' | 'password';
  autocomplete?: 'one-time-code' | 'new-password';
  inputmode?: 'numeric';
}
