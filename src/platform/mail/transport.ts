import type { Locale } from '../locales.js';
import type { RenderedMail } from './render.js';

/** One finished mail to one person. */
export interface OutgoingMail extends RenderedMail {
  /** Of the row in the outbox; the Message-ID is made of it, so that a mail sent twice is recognised as one. */
  id: string;
  /** The name of its definition. */
  template: string;
  locale: Locale;
  to: string;
  at: Date;
}

/** No mail at all can be sent now: the server cannot be reached, or does not greet. `cause` says why. */
export class MailServerDown extends Error {
  override readonly name = 'MailServerDown';
}

export interface MailTransport {
  /** How many mails it takes at once; with 0 mail waits in the queue. */
  connections: number;
  /**
   * Resolves when the mail was taken. Throws `Undeliverable` where trying again is no use, and `MailServerDown` where
   * that is true of every mail for now.
   */
  send(mail: OutgoingMail): Promise<void>;
  close(): Promise<void>;
}
