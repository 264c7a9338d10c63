import type { Config } from '../../config/settings.js';
import { createDevMailbox, type DevMailbox } from './dev-mailbox.js';
import { createSmtpTransport } from './smtp.js';
import type { MailTransport } from './transport.js';

/**
 * SMTP where SMTP_URL is set; otherwise the dev mailbox, which is also returned for its pages. In production without
 * SMTP_URL mail waits in the queue until it is set.
 */
export function createMailTransport(
  config: Pick<Config, 'nodeEnv' | 'smtpUrl' | 'smtpConnections' | 'mailFrom' | 'publicUrl'>,
): {
  transport: MailTransport;
  mailbox: DevMailbox | undefined;
} {
  if (config.smtpUrl)
    return { transport: createSmtpTransport({ ...config, smtpUrl: config.smtpUrl }), mailbox: undefined };
  if (config.nodeEnv === 'production') return { transport: nowhere, mailbox: undefined };
  const mailbox = createDevMailbox();
  return { transport: mailbox, mailbox };
}

const nowhere: MailTransport = {
  connections: 0,
  send: () => Promise.reject(new Error('SMTP_URL is not set: mail waits in the queue')),
  close: () => Promise.resolve(),
};
