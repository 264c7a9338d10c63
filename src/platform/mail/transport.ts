import type { Locale } from './phrases.js';
import type { RenderedMail } from './render.js';
import type { MailName } from './templates.js';

/** One finished mail to one person. */
export interface OutgoingMail extends RenderedMail {
  /** Of the row in the outbox; the Message-ID is made of it, so that a mail sent twice is recognised as one. */
  id: string;
  template: MailName;
  locale: Locale;
  to: string;
  at: Date;
}

export interface MailTransport {
  /** Resolves when somebody has taken the mail. Throws `Undeliverable` where trying again is no use. */
  send(mail: OutgoingMail): Promise<void>;
  close(): Promise<void>;
}
