import type { KeyObject } from 'node:crypto';
import { decryptWithAny, encrypt } from '../crypto.js';
import type { Mail } from './mail.entity.js';

export interface MailContent {
  id: string;
  /** The name of its definition. */
  template: string;
  to: string;
  /** The application that it leads to, by its name in APP_URLS; the first unless given. */
  app?: string | null | undefined;
  params: object;
}

/**
 * Recipient and row are encrypted along with the parameters: an attacker who can only write to the database cannot have another user's code
 * sent to an address of their own.
 */
export function sealParams(key: KeyObject, content: MailContent): string {
  return encrypt(key, JSON.stringify(content));
}

/** The content of a mail cannot be decrypted. `message` is for the operator and quotes nothing of it, since it is stored in `lastError`. */
export class UnreadableMail extends Error {
  override readonly name = 'UnreadableMail';
}

/** Throws `UnreadableMail` if the key differs, a bit was changed, or it was encrypted for another row. */
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

/** OpenSSL's message is the same for another key and for a changed bit, and names neither. A rotated key is the likely cause. */
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
