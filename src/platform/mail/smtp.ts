import { isIPv4 } from 'node:net';
import nodemailer from 'nodemailer';
import type { Config } from '../../config/config.js';
import { oneRecipient, Undeliverable } from './recipient.js';
import { MailServerDown, type MailTransport, type OutgoingMail } from './transport.js';

interface SmtpConfig extends Pick<Config, 'mailFrom' | 'publicUrl' | 'smtpConnections'> {
  smtpUrl: string;
  /** How long a stage of the conversation may take, in milliseconds: a silent server must not block a worker. */
  timeout?: number;
}

/** Mail by SMTP over a pool of connections; certificates are checked wherever TLS is offered. */
export function createSmtpTransport(config: SmtpConfig): MailTransport {
  const { smtpConnections } = config;
  const smtp = nodemailer.createTransport({ ...connectionOf(config), pool: true, maxConnections: smtpConnections });
  return {
    connections: smtpConnections,
    async send(mail) {
      const message = messageOf(config, mail);
      try {
        await smtp.sendMail(message);
      } catch (error) {
        if (isFinal(error)) throw new Undeliverable('the mail server does not know the address', { cause: error });
        throw isOutage(error) ? new MailServerDown('the mail server cannot be reached', { cause: error }) : error;
      }
    },
    close: () => Promise.resolve(smtp.close()),
  };
}

type Message = Pick<OutgoingMail, 'id' | 'to' | 'subject' | 'text' | 'at'> & { html?: string };

/** Sends one mail over a connection of its own, and returns the server's answer. Throws the error of the server or of the connection. */
export async function sendAtOnce(config: SmtpConfig, mail: Message): Promise<string> {
  const message = messageOf(config, mail);
  const smtp = nodemailer.createTransport(connectionOf(config));
  try {
    return (await smtp.sendMail(message)).response;
  } finally {
    smtp.close();
  }
}

/** Connects and signs in without sending. `encrypted` says whether TLS is used, which smtp:// does not require. */
export async function verifySmtp(config: SmtpConfig): Promise<{ error?: NodeJS.ErrnoException; encrypted: boolean }> {
  const verify = (options: object) => nodemailer.createTransport({ ...connectionOf(config), ...options }).verify();
  try {
    await verify({});
  } catch (error) {
    return { error: error as NodeJS.ErrnoException, encrypted: false };
  }
  const encrypted = await verify({ requireTLS: true }).catch(() => false);
  return { encrypted };
}

function messageOf({ mailFrom, publicUrl }: SmtpConfig, { id, to, subject, text, html, at }: Message) {
  return {
    from: mailFrom,
    to: oneRecipient(to),
    subject,
    text,
    ...(html !== undefined && { html }),
    date: at,
    messageId: `<${id}@${new URL(publicUrl).hostname}>`,
    // RFC 3834: out-of-office programs stay silent.
    headers: { 'Auto-Submitted': 'auto-generated', 'X-Auto-Response-Suppress': 'All' },
  };
}

function connectionOf({ smtpUrl, publicUrl, timeout = 10_000 }: SmtpConfig) {
  return {
    url: smtpUrl,
    name: ehloName(new URL(publicUrl).hostname),
    connectionTimeout: timeout,
    greetingTimeout: timeout,
    // Longer than the greeting's: which one expires distinguishes a dead server from a slow address.
    socketTimeout: timeout * 1.5,
    dnsTimeout: timeout,
    // A mail consists of strings only; nothing in it may name a file or an address to fetch.
    disableFileAccess: true,
    disableUrlAccess: true,
  };
}

/** RFC 5321 section 4.1.3: an address is written in brackets. Many servers refuse a container's own name, which no DNS knows. */
function ehloName(host: string): string {
  if (host.startsWith('[')) return `[IPv6:${host.slice(1)}`;
  return isIPv4(host) ? `[${host}]` : host;
}

/**
 * Whether the failure concerns every mail: the server was not reached. A later time-out does not: a server that is slow for one address
 * must not stop the mail to others. Nor does a refused password: too many attempts could lock the account.
 */
function isOutage(error: unknown): boolean {
  const { code = '', command = 'CONN', message, response } = error as NodeJS.ErrnoException & Record<string, unknown>;
  return command === 'CONN' && UNREACHABLE.has(code) && !response && message !== 'Timeout';
}

const UNREACHABLE = new Set(['ECONNECTION', 'ESOCKET', 'EDNS', 'ETIMEDOUT']);

/**
 * Only "no such mailbox" (RFC 3463 class 5.1, or a bare 550/551/553 to RCPT) is final. Every other 5xx may be due to a wrong setting on our
 * side (authentication, relaying, sender policy), which an operator fixes while the mail waits.
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
