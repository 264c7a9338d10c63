import { GivenUp } from '../jobs/given-up.js';

/** A mail that can never arrive: trying again is no use. `message` is for the operator. */
export class Undeliverable extends GivenUp {
  override readonly name = 'Undeliverable';
}

/**
 * The one address a mail goes to, as the object form that nodemailer does not parse as a list. Given a string, it
 * reads `a@x\r\nBcc: e@x` or `a@x,e@x` as several recipients, so that an address field becomes a mail relay.
 * Anything but one plain `local@domain` throws `Undeliverable`, whoever let it into the database.
 */
export function oneRecipient(address: string): { name: string; address: string } {
  const at = address.lastIndexOf('@');
  const local = address.slice(0, at);
  const domain = address.slice(at + 1);
  // NFKC: a Kelvin sign or a full-width letter would be folded on the way out and reach somebody else's mailbox.
  const plain = at > 0 && address.normalize('NFKC') === address && address.length <= 254 && local.length <= 64;
  if (!plain || !LOCAL.test(local) || !DOMAIN.test(domain)) throw new Undeliverable('not one plain e-mail address');
  return { name: '', address };
}

/** RFC 5321 dot-string, with RFC 6531 letters: no quotes, no comments, no separators, no spaces. */
const LOCAL = /^[\p{L}\p{M}\p{N}!#$%&'*+/=?^_`{|}~-]+(\.[\p{L}\p{M}\p{N}!#$%&'*+/=?^_`{|}~-]+)*$/u;
const DOMAIN = /^(?!-)[\p{L}\p{M}\p{N}-]{1,63}(?<!-)(\.(?!-)[\p{L}\p{M}\p{N}-]{1,63}(?<!-))*$/u;
