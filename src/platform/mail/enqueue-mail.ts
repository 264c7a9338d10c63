import type { KeyObject } from 'node:crypto';
import { type EntityManager, raw } from '@mikro-orm/postgresql';
import type { Clock } from '../clock.js';
import { newId } from '../ids.js';
import type { Jobs } from '../jobs/jobs.js';
import { type MailDefinition, queueOf } from './define-mail.js';
import { Mail } from './mail.entity.js';
import { sealParams } from './sealed-params.js';

interface MailNeeds {
  em: EntityManager;
  clock: Clock;
  jobs: Pick<Jobs, 'enqueue'>;
  /** 32 bytes: `deriveKey(secret, 'mail')`. */
  mailKey: KeyObject;
}

interface MailInput<Params extends object> {
  mail: MailDefinition<Params>;
  /** The stored address, never the typed one: a look-alike may belong to another person. */
  to: string;
  /** The recipient's language tag; English if we have no phrases in it. */
  locale?: string | null | undefined;
  /** The application that it leads to, by its name in APP_URLS; null: the first. */
  app: string | null;
  params: NoInfer<Params>;
}

/**
 * Adds a mail and its job to the caller's transaction: they commit with the change that caused them, or not at all.
 * Throws outside a transaction.
 */
export async function enqueueMail<Params extends object>(
  { em, clock, jobs, mailKey }: MailNeeds,
  { mail, to, locale, app, params }: MailInput<Params>,
): Promise<void> {
  if (!em.isInTransaction()) throw new Error(`enqueueMail(${mail.name}) belongs into the transaction of its cause`);
  const id = newId();
  const sealed = sealParams(mailKey, { id, template: mail.name, to, app, params });
  const createdAt = timeOf(clock);
  await em.insert(Mail, { id, template: mail.name, locale: locale ?? 'en', recipient: to, sealed, createdAt });
  await jobs.enqueue(em, queueOf(mail), { mailId: id });
}

/**
 * Writes the rows of a mail, but no mail: it costs what `enqueueMail` would, where the time of an answer must not reveal that there is no
 * recipient. The job finds nothing to send.
 */
export async function enqueuePlaceholder<Params extends object>(
  { em, clock, jobs, mailKey }: MailNeeds,
  { mail, to, locale, app, params }: MailInput<Params>,
): Promise<void> {
  const id = newId();
  sealParams(mailKey, { id, template: mail.name, to, app, params });
  const createdAt = timeOf(clock);
  await em.insert(Mail, {
    id,
    template: mail.name,
    locale: locale ?? 'en',
    recipient: '',
    sealed: null,
    createdAt,
  });
  await jobs.enqueue(em, queueOf(mail), { mailId: id });
}

/** Another replica compares it, so it is PostgreSQL's time, except in tests. */
function timeOf(clock: Clock): Date {
  return clock.forDatabase() ?? raw('statement_timestamp()');
}
