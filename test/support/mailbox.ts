import { setTimeout as sleep } from 'node:timers/promises';
import type { MailTransport, OutgoingMail } from '../../src/platform/mail/transport.js';

export interface Mailbox extends MailTransport {
  /** Every mail so far, oldest first. */
  all: OutgoingMail[];
  /** The newest mail to the address (from that template); waits for it, since mail is sent behind the answer. */
  lastTo(address: string, template?: OutgoingMail['template']): Promise<OutgoingMail>;
  /** The one-time code in the newest mail to the address. */
  codeFor(address: string, template?: OutgoingMail['template']): Promise<string>;
  /** Takes no notice of what came so far: `lastTo` waits for the next. */
  forget(): void;
}

const PATIENCE = 40_000;

/** Takes the product's mails instead of an SMTP server. */
export function createMailbox(): Mailbox {
  const all: OutgoingMail[] = [];
  const lastTo: Mailbox['lastTo'] = async (address, template) => {
    const end = performance.now() + PATIENCE;
    while (performance.now() < end) {
      const mail = all.findLast((one) => one.to === address && (template === undefined || one.template === template));
      if (mail) return mail;
      await sleep(10);
    }
    const came = all.map((one) => `${one.template} to ${one.to}`).join(', ') || 'none';
    throw new Error(`No ${template ?? 'mail'} to ${address} came within ${PATIENCE / 1000} s. Came: ${came}.`);
  };
  return {
    all,
    connections: 4,
    lastTo,
    async codeFor(address, template) {
      const { code, text } = await lastTo(address, template);
      if (!code) throw new Error(`No code in the mail to ${address}:\n${text}`);
      return code;
    },
    forget: () => {
      all.length = 0;
    },
    send: async (mail) => {
      all.push(mail);
    },
    close: async () => {},
  };
}
