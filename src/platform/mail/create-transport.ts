import type { Config } from '../../config/config.js';
import { testCodeOf } from '../../config/test-addresses.js';
import { createDevMailbox, type DevMailbox } from './dev-mailbox.js';
import { createSmtpTransport } from './smtp.js';
import type { MailTransport } from './transport.js';

/**
 * SMTP if SMTP_URL is set; otherwise the dev mailbox, which is also returned for its pages. In production without SMTP_URL mail waits in
 * the queue until it is set.
 */
export function createMailTransport(
  config: Pick<Config, 'nodeEnv' | 'smtpUrl' | 'smtpConnections' | 'mailFrom' | 'publicUrl' | 'testAddresses'>,
): {
  transport: MailTransport;
  mailbox: DevMailbox | undefined;
} {
  if (config.smtpUrl)
    return {
      transport: sparing(config, createSmtpTransport({ ...config, smtpUrl: config.smtpUrl })),
      mailbox: undefined,
    };
  if (config.nodeEnv === 'production') return { transport: noServer, mailbox: undefined };
  const mailbox = createDevMailbox();
  return { transport: mailbox, mailbox };
}

/** Sends nothing to TEST_ADDRESSES, which need not exist: mail that bounces costs the sender its reputation. */
function sparing({ testAddresses }: Pick<Config, 'testAddresses'>, transport: MailTransport): MailTransport {
  if (testAddresses.length === 0) return transport;
  const isTest = (address: string) => testCodeOf(testAddresses, address) !== undefined;
  return { ...transport, send: (mail) => (isTest(mail.to) ? Promise.resolve() : transport.send(mail)) };
}

const noServer: MailTransport = {
  connections: 0,
  send: () => Promise.reject(new Error('SMTP_URL is not set: mail waits in the queue')),
  close: () => Promise.resolve(),
};
