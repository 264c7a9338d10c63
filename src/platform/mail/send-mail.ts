import type { KeyObject } from 'node:crypto';
import type { EntityManager } from '@mikro-orm/postgresql';
import { appNamed } from '../../config/apps.js';
import type { Config } from '../../config/config.js';
import { type BrandingSettings, brandingOf } from '../branding.js';
import { type Clock, nowIn } from '../clock.js';
import type { Job } from '../jobs/jobs.js';
import type { Limits } from '../limits.js';
import type { Log } from '../log.js';
import type { Metrics } from '../metrics.js';
import { span } from '../span.js';
import type { Texts } from '../texts.js';
import { type MailDefinition, queueOf } from './define-mail.js';
import { holdWhileNothingCanBeSent } from './hold.js';
import { Mail } from './mail.entity.js';
import { Undeliverable } from './recipient.js';
import { renderMail } from './render.js';
import { type MailContent, openParams, UnreadableMail } from './sealed-params.js';
import type { MailTransport, OutgoingMail } from './transport.js';

/** The limits of all mail (limit-policies.ts). */
type MailPolicy = 'mail.global' | 'mail.notices';

interface SendMailNeeds {
  /** Used outside any transaction, since sending is slow. The job forks it for each mail. */
  em: EntityManager;
  clock: Clock;
  log: Log;
  metrics: Metrics;
  config: Pick<Config, 'nodeEnv' | 'apps'> & BrandingSettings;
  texts: Texts;
  transport: MailTransport;
  mailKey: KeyObject;
  formerMailKeys: KeyObject[];
  limits: Pick<Limits<MailPolicy, never>, 'consume' | 'refund'>;
  /** All mails of all features. */
  mails: MailDefinition[];
}

/** Codes and notices have half of the connections each, so that neither waits behind the other. */
export function sendMailJob({ em, ...needs }: SendMailNeeds, name: 'send-code' | 'send-mail'): Job<{ mailId: string }> {
  const half = needs.transport.connections / 2;
  return {
    name,
    concurrency: name === 'send-code' ? Math.ceil(half) : Math.floor(half),
    work: (data, signal) =>
      holdWhileNothingCanBeSent(needs.log, signal, () => sendMail({ ...needs, em: em.fork() }, data)),
  };
}

/**
 * The job behind `enqueueMail`. Throws if it should be retried later; the queue does the back-off. Sent once: a repetition finds `sentAt`
 * set. Only a crash between the server's acceptance and that mark sends twice, with one Message-ID.
 */
export async function sendMail(needs: SendMailNeeds, { mailId }: { mailId: string }): Promise<void> {
  const { em, metrics, mailKey, formerMailKeys } = needs;
  const outcomes = metrics.counter('sallyport_mails_total', 'Attempts to send a mail, by how they ended.', ['outcome']);
  const row = await em.findOne(Mail, { id: mailId });
  if (!row?.sealed || row.sentAt) return;
  row.attempts += 1;
  try {
    const content = openParams([mailKey, ...formerMailKeys], row, row.sealed);
    const mail = definitionOf(needs, content);
    const expired = await hasExpired(needs, content);
    if (!expired) await withinLimits(needs, mail, () => deliver(needs, row, mail, content));
    row.sealed = null;
    row.lastError = expired ? 'its code had expired' : null;
    outcomes.inc({ outcome: expired ? 'expired' : 'sent' });
  } catch (error) {
    row.lastError = reason(error);
    outcomes.inc({ outcome: error instanceof Undeliverable ? 'undeliverable' : 'failed' });
    throw error;
  } finally {
    await em.flush();
  }
}

/** A newer version that runs beside this one may have queued a mail that this one does not know: the mail waits. */
function definitionOf({ mails }: SendMailNeeds, { id, template }: MailContent): MailDefinition {
  const mail = mails.find(({ name }) => name === template);
  if (!mail) throw new UnreadableMail(`mail ${id}: this version has no mail named ${template}`);
  return mail;
}

/**
 * An expired code is useless, and after an outage would delay the mails behind it. By PostgreSQL's clock: a replica whose clock is ahead
 * would send no code.
 */
async function hasExpired({ em, clock }: SendMailNeeds, { id, params }: MailContent): Promise<boolean> {
  const { code, minutes } = params as { code?: string; minutes?: number };
  if (code === undefined || minutes === undefined) return false;
  const [row] = await em.execute<{ expired: boolean }[]>(EXPIRED, [clock.forDatabase(), Math.max(1, minutes), id]);
  return row?.expired ?? false;
}

const EXPIRED = `select ${nowIn('?')} > created_at + ? * interval '1 minute' as expired from mails where id = ?`;

async function deliver(
  { clock, log, config, texts, transport }: SendMailNeeds,
  row: Mail,
  definition: MailDefinition,
  content: MailContent,
) {
  const { id, to, template, params, app } = content;
  const locale = texts.locales.pick(row.locale);
  const appUrl = appNamed(config.apps, app)?.url;
  const written = renderMail({ mail: definition, params, locale, branding: brandingOf(config), texts, appUrl });
  const mail: OutgoingMail = { ...written, id, to, template, locale, at: clock.now() };
  await span(`mail ${template}`, { 'sallyport.mail': template }, () => transport.send(mail));
  row.sentAt = clock.now();
  if (config.nodeEnv === 'development')
    log.info(`mail to=${mail.to} code=${mail.code ?? '-'} link=${mail.link ?? '-'}`);
}

/**
 * The limit of the mail provider, counted here and not in the request: a flood delays mail but refuses no request, and no answer depends on
 * mail. A mail that was not sent is not counted, or an outage would use up the limit.
 */
async function withinLimits({ limits }: SendMailNeeds, mail: MailDefinition, send: () => Promise<void>): Promise<void> {
  const taken: MailPolicy[] = [];
  try {
    for (const policy of queueOf(mail) === 'send-code' ? CODES : NOTICES) {
      await limits.consume(policy, 'all');
      taken.push(policy);
    }
    await send();
  } catch (error) {
    for (const policy of taken) await limits.refund(policy, 'all');
    throw error;
  }
}

const CODES: MailPolicy[] = ['mail.global'];
const NOTICES: MailPolicy[] = ['mail.notices', 'mail.global'];

/** Stored with the mail, so it has only codes and our own sentences: a server's answer may quote the mail. The log has the whole answer. */
function reason(error: unknown): string {
  if (error instanceof UnreadableMail || error instanceof Undeliverable) return error.message;
  const { name, code, command, responseCode } = error as Error & {
    code?: string;
    command?: string;
    responseCode?: number;
  };
  return [name, code, command, responseCode].filter(Boolean).join(' ').slice(0, 200);
}
