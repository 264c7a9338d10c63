import type { KeyObject } from 'node:crypto';
import type { EntityManager } from '@mikro-orm/postgresql';
import type { Config } from '../../config.js';
import type { Clock } from '../clock.js';
import type { Job } from '../jobs/jobs.js';
import type { Limits } from '../limits.js';
import type { Log } from '../log.js';
import type { Metrics } from '../metrics.js';
import { Mail } from './mail.entity.js';
import { pickLocale } from './phrases.js';
import { productName } from './product-name.js';
import { Undeliverable } from './recipient.js';
import { renderMail } from './render.js';
import { openParams, UnreadableMail } from './sealed-params.js';
import type { MailTransport, OutgoingMail } from './transport.js';

interface SendMailNeeds {
  /** Outside any transaction, since sending is slow. The job forks it for each mail. */
  em: EntityManager;
  clock: Clock;
  log: Log;
  metrics: Metrics;
  config: Pick<Config, 'nodeEnv' | 'mailFrom' | 'publicUrl' | 'appUrl'>;
  transport: MailTransport;
  mailKey: KeyObject;
  limits: Pick<Limits, 'consume'>;
}

/** A mail that fails is tried again for about two days, five minutes apart once back-off has grown that long. */
export function sendMailJob({ em, ...needs }: SendMailNeeds): Job<{ mailId: string }> {
  return {
    name: 'send-mail',
    concurrency: 2,
    retries: 600,
    work: (data) => sendMail({ ...needs, em: em.fork() }, data),
  };
}

/**
 * The job behind `enqueueMail`. Throws when it should be tried again later; back-off is the queue's. Sent once: a
 * repeat finds `sentAt` set. Only a crash between the server's yes and that mark sends twice, with one Message-ID.
 */
export async function sendMail(needs: SendMailNeeds, { mailId }: { mailId: string }): Promise<void> {
  const { em, clock, log, metrics, config, transport } = needs;
  const outcomes = metrics.counter('sallyport_mails_total', 'Attempts to send a mail, by how they ended.', ['outcome']);
  const row = await em.findOne(Mail, { id: mailId });
  if (!row?.sealed || row.sentAt) return;
  // Counted here and not in the request: a flood makes mail late, refuses nobody, and an answer tells of no mail.
  await needs.limits.consume('mail.global', 'all');
  row.attempts += 1;
  try {
    const mail = compose(needs, row, row.sealed);
    await transport.send(mail);
    row.sentAt = clock.now();
    row.sealed = null;
    row.lastError = null;
    outcomes.inc({ outcome: 'sent' });
    if (config.nodeEnv === 'development')
      log.info(`mail to=${mail.to} code=${mail.code ?? '-'} link=${mail.link ?? '-'}`);
  } catch (error) {
    row.lastError = reason(error);
    const final = error instanceof Undeliverable;
    if (final) row.sealed = null;
    outcomes.inc({ outcome: final ? 'undeliverable' : 'failed' });
    if (!final) throw error;
    log.warn({ mailId, template: row.template, err: error }, 'a mail cannot be delivered and was given up');
  } finally {
    await em.flush();
  }
}

function compose({ clock, config, mailKey }: SendMailNeeds, row: Mail, sealed: string): OutgoingMail {
  const { id, to, template, params } = openParams(mailKey, row, sealed);
  const locale = pickLocale(row.locale);
  const product = productName(config);
  const mail = renderMail({ template, params, locale, product, appUrl: config.appUrl });
  return { ...mail, id, to, template, locale, at: clock.now() };
}

/** Codes only, unless the words are ours: a server's answer may quote the mail, and this is kept. The whole answer is in the log. */
function reason(error: unknown): string {
  if (error instanceof UnreadableMail) return error.message;
  const { name, code, command, responseCode } = error as Error & {
    code?: string;
    command?: string;
    responseCode?: number;
  };
  return [name, code, command, responseCode].filter(Boolean).join(' ').slice(0, 200);
}
