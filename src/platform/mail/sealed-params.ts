import type { KeyObject } from 'node:crypto';
import { open, seal } from '../crypto.js';
import type { Mail } from './mail.entity.js';
import type { MailName, MailParams } from './templates.js';

interface MailContent {
  id: string;
  template: MailName;
  to: string;
  params: MailParams<MailName>;
}

/**
 * Recipient and row are sealed along with the parameters: whoever can only write to the database cannot have somebody
 * else's code sent to an address of their own.
 */
export function sealParams(key: KeyObject, content: MailContent): string {
  return seal(key, JSON.stringify(content));
}

/** Throws where the key is another one, a bit was changed, or the row around it is not the one it was sealed for. */
export function openParams(
  key: KeyObject,
  row: Pick<Mail, 'id' | 'template' | 'recipient'>,
  sealed: string,
): MailContent {
  const content = JSON.parse(open(key, sealed)) as MailContent;
  if (content.id !== row.id || content.to !== row.recipient || content.template !== row.template) {
    throw new Error(`mail ${row.id}: its row does not belong to what it seals`);
  }
  return content;
}
