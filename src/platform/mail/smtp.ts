import nodemailer from 'nodemailer';
import type { Config } from '../../config.js';
import { oneRecipient, Undeliverable } from './recipient.js';
import type { MailTransport } from './transport.js';

interface SmtpConfig extends Pick<Config, 'mailFrom' | 'publicUrl'> {
  smtpUrl: string;
  /** How long a stage of the conversation may take, in ms: a silent server must not hold a worker. */
  patience?: number;
}

/** Mail by SMTP over a small pool of kept connections; certificates are checked wherever TLS is offered. */
export function createSmtpTransport({ smtpUrl, mailFrom, publicUrl, patience = 10_000 }: SmtpConfig): MailTransport {
  const smtp = nodemailer.createTransport({
    url: smtpUrl,
    pool: true,
    maxConnections: 3,
    connectionTimeout: patience,
    greetingTimeout: patience,
    socketTimeout: patience,
    dnsTimeout: patience,
    // A mail is made of strings only; nothing in it may name a file or an address to fetch.
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  const host = new URL(publicUrl).hostname;
  return {
    async send(mail) {
      const to = oneRecipient(mail.to);
      try {
        await smtp.sendMail({
          from: mailFrom,
          to,
          subject: mail.subject,
          text: mail.text,
          html: mail.html,
          date: mail.at,
          messageId: `<${mail.id}@${host}>`,
          // RFC 3834: out-of-office programs stay silent.
          headers: { 'Auto-Submitted': 'auto-generated', 'X-Auto-Response-Suppress': 'All' },
        });
      } catch (error) {
        throw isFinal(error) ? new Undeliverable('the mail server does not know the address', { cause: error }) : error;
      }
    },
    close: () => Promise.resolve(smtp.close()),
  };
}

/**
 * Only "no such mailbox" (RFC 3463 class 5.1, or a bare 550/551/553 to RCPT) is final. Every other 5xx can be a wrong
 * setting on our side (authentication, relaying, sender policy), which an operator repairs while the mail waits.
 */
function isFinal(error: unknown): boolean {
  const {
    command,
    responseCode = 0,
    response = '',
  } = error as { command?: string; responseCode?: number; response?: string };
  if (command !== 'RCPT TO' || responseCode < 500) return false;
  const enhanced = /^\d{3}[ -](\d\.\d{1,3}\.\d{1,3})\b/.exec(response)?.[1];
  if (enhanced) return /^5\.1\.[1236]$|^5\.1\.10$/.test(enhanced);
  return [550, 551, 553].includes(responseCode) && !/relay|auth|polic|denied|block/i.test(response);
}
