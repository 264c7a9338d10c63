import type { KeyObject } from 'node:crypto';
import { decryptWithAny, encrypt } from '../crypto.js';
import type { Mail } from './mail.entity.js';

export interface MailContent {
  id: string;
  /** The name of its definition. */
  template: string;
  to: string;
  /** The application that it leads to, by its name in APP_URLS. The first where there is none. */
  app?: string | null | undefined;
  params: object;
}

/**
 * Recipient and row are sealed along with the parameters: an attacker who can only write to the database cannot have
 * another person's code sent to an address of their own.
 */
export function sealParams(key: KeyObject, content: MailContent): string {
  return encrypt(key, JSON.stringify(content));
}

/** What a mail says cannot be had. `message` is for the operator, and quotes nothing of it: it is kept in `lastError`. */
export class UnreadableMail extends Error {
  override readonly name = 'UnreadableMail';
}

/** Throws `UnreadableMail` where the key is another one, a bit was changed, or the row around it is not the one it was sealed for. */
export function openParams(
  keys: readonly [KeyObject, ...KeyObject[]],
  row: Pick<Mail, 'id' | 'template' | 'recipient'>,
  sealed: string,
): MailContent {
  const content = JSON.parse(opened(keys, row.id, sealed)) as MailContent;
  if (content.id !== row.id || content.to !== row.recipient || content.template !== row.template) {
    throw new UnreadableMail(`mail ${row.id}: its row does not belong to what it seals`);
  }
  return content;
}

/** OpenSSL's words are the same for another key and for a changed bit, and name neither. A rotated key is what happens. */
function opened(keys: readonly [KeyObject, ...KeyObject[]], id: string, sealed: string): string {
  try {
    return decryptWithAny(keys, sealed);
  } catch (cause) {
    const message =
      `mail ${id}: it was sealed with another key, or altered since. Set SERVER_SECRET to what it was when the mail was queued or, ` +
      'where it was not set, to the text of the jwt.key of that time; until then the mail waits';
    throw new UnreadableMail(message, { cause });
  }
}
