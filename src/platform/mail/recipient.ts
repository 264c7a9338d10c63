import { problemOfAddress } from '../email-address.js';
import { GivenUp } from '../jobs/given-up.js';

/** A mail that can never arrive: a retry is useless. `message` is for the operator. */
export class Undeliverable extends GivenUp {
  override readonly name = 'Undeliverable';
}

/**
 * The single recipient of a mail, in the object form that nodemailer does not parse as a list. In a string, it reads `a@x\r\nBcc: e@x` or
 * `a@x,e@x` as several recipients, which would turn an address field into a mail relay.
 * Anything but one plain `local@domain` throws `Undeliverable`, however it got into the database.
 */
export function oneRecipient(address: string): { name: string; address: string } {
  const problem = problemOfAddress(address);
  if (problem) throw new Undeliverable(`not one plain e-mail address: ${problem.message}`);
  return { name: '', address };
}
