import type { MailTransport, OutgoingMail } from './transport.js';

/** The last mails, in memory, newest first: replaces a mail server in development. */
export interface DevMailbox extends MailTransport {
  list(to?: string): OutgoingMail[];
  find(id: string): OutgoingMail | undefined;
}

const KEPT = 200;

export function createDevMailbox(): DevMailbox {
  const mails: OutgoingMail[] = [];
  return {
    connections: 4,
    send(mail) {
      mails.unshift(mail);
      mails.length = Math.min(mails.length, KEPT);
      return Promise.resolve();
    },
    list: (to) => (to === undefined ? [...mails] : mails.filter((mail) => mail.to.toLowerCase() === to.toLowerCase())),
    find: (id) => mails.find((mail) => mail.id === id),
    close: () => Promise.resolve(),
  };
}
