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
  /** The address as stored, never as typed: a look-alike may belong to another person. */
  to: string;
  /** The person's language tag; English where we have no such phrases. */
  locale?: string | null | undefined;
  /** The application that it leads to, by its name in APP_URLS; the first where there is none. */
  app: string | null;
  params: NoInfer<Params>;
}

/**
 * Puts a mail and its job into the caller's transaction: they commit with the change that caused them, or not at all.
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
 * The rows of a mail, and no mail: what `enqueueMail` would have cost, where an answer must not tell by its time that
 * there is no person to write to. The job finds nothing to send.
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

/** Another replica compares it: PostgreSQL's own, but in tests. */
function timeOf(clock: Clock): Date {
  return clock.forDatabase() ?? raw('statement_timestamp()');
}
