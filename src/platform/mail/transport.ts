import type { Locale } from '../locales.js';
import type { RenderedMail } from './render.js';

/** One finished mail to one person. */
export interface OutgoingMail extends RenderedMail {
  /** The id of the row in the outbox; the Message-ID is made from it, so that a mail sent twice is recognised as one. */
  id: string;
  /** The name of its definition. */
  template: string;
  locale: Locale;
  to: string;
  at: Date;
}

/** No mail at all can be sent now: the server cannot be reached, or sends no greeting. `cause` says why. */
export class MailServerDown extends Error {
  override readonly name = 'MailServerDown';
}

export interface MailTransport {
  /** How many mails it takes at once; with 0 mail waits in the queue. */
  connections: number;
  /**
   * Resolves when the server has accepted the mail. Throws `Undeliverable` if a retry is useless, and `MailServerDown` if no mail can be
   * sent for now.
   */
  send(mail: OutgoingMail): Promise<void>;
  close(): Promise<void>;
}
