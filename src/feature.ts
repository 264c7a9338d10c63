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
 * What a folder brings. `features.ts` lists the features, and each part goes where it is used: mikro-orm.config.ts, the schema,
 * the queue, the purge, the outbox, the pages. What is public as a whole is a flat page instead: errors.ts, config/settings.ts,
 * limit-policies.ts, api/graphql/permissions.ts, audit/details.ts.
 */
export interface Feature {
  /** The folder's. */
  name: string;
  entities?: Class[];
  resolvers?: Class[];
  jobs?: JobRow[];
  /** What is deleted when it has expired. */
  retention?: Retention[];
  /** What its tables hold of people: a word for each. */
  personalData?: PersonalData[];
  mails?: MailDefinition[];
  /** How it lets a user answer challenges. */
  methods?: Method[];
  /** How the codes of its challenges are sent. */
  codeMails?: CodeMail[];
  pages?: FormPage[];
  /** What it answers over HTTP beside GraphQL. */
  routes?: Route[];
}

// The constructors of entities and of resolvers take what they like.
type Class = abstract new (...args: never[]) => object;

/** A background task: its queue, and what works it. */
export interface JobRow extends Queue {
  create(needs: JobNeeds): Job<never>;
}

export interface JobNeeds extends Services {
  em: EntityManager;
  transport: MailTransport;
  /** Of all features. */
  mails: MailDefinition[];
  retention: Retention[];
}

/**
 * An address that the feature answers over HTTP: where an identity provider sends the browser, where a picture is put. A `Refusal` is
 * answered by its HTTP status: as a page for a browser, else as JSON in GraphQL's shape.
 */
export interface Route {
  /** `any`: of whatever kind the request is that a proxy asks about. */
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'any';
  /** It changes nothing (RFC 9110 §9.2.1): HEAD is answered too, and what is refused is no event of the audit log. */
  safe?: boolean;
  /** In Fastify's words: `/avatars/:name`. */
  path: `/${string}`;
  /** In metrics and in the audit log. */
  operation: string;
  /** The only body that it takes; none unless given. */
  body?: RouteBody;
  /** Who may call it from a browser, beside our own pages: those of CORS_ORIGINS, or every page, then without cookies. */
  crossOrigin?: 'configured' | 'every';
  /** Throws a `Refusal` before the body is read: strangers must not fill the memory. */
  admit?(ctx: Context, request: RouteRequest): Promise<void>;
  answer(ctx: Context, request: RouteRequest): Promise<RouteAnswer>;
  /** Its errors, where a protocol says what they look like. Their status is kept. */
  refused?(refusal: Refusal): Omit<RouteAnswer, 'status'>;
}

export interface RouteBody {
  /** What is handed over: the bytes as they came, or the fields of a form. */
  as: 'bytes' | 'form';
  /** Its content types, in lower case and without parameters. */
  types: readonly string[];
  maxBytes: number;
  /** How many one process receives at once, since each is in memory. Past it SERVICE_UNAVAILABLE; any number unless given. */
  atOnce?: number;
}

export interface RouteRequest {
  headers: IncomingHttpHeaders;
  params: Record<string, string>;
  /** Each parameter once: of several values the first. */
  query: Record<string, string>;
  /** As `RouteBody.as` says; empty for a route without a body. */
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
  /** The mutation that it is, in metrics and in the audit log. */
  operation: string;
  fields: Record<Name, FormField>;
  /** `title`, `text`, `button`, `done`, `next`, and `problems.<CODE>` where the page says more than all pages do. */
  phrases: Phrases;
  /** The address of the account whose password the page sets; null where the link is worth nothing any more. */
  username?(services: Services, given: Partial<Record<Name, string>>): Promise<string | null>;
  /** Starts no session: tokens do not belong in a page. Refusals are shown, and the form again where another try can succeed. */
  submit(ctx: Context, answer: Record<Name, string>): Promise<unknown>;
}

export interface FormField {
  /** 'link': only the link can give it. 'either': asked for where the link does not hold it. 'person': always asked for. */
  from: 'link' | 'either' | 'person';
  /** Phrase of its label; for what can be asked for. */
  label?: string;
  /** Attributes of its input. */
  type?: 'text' | 'password';
  autocomplete?: 'one-time-code' | 'new-password';
  inputmode?: 'numeric';
}
