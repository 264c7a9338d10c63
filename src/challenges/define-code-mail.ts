import { code, greeting, note, paragraph } from '../platform/mail/blocks.js';
import { defineMail, type MailDefinition } from '../platform/mail/define-mail.js';

/** The parameters of every mail with a code; further ones are `link`, if its row has one, and `newcomer`: the reader has no account. */
export interface CodeParams {
  code: string;
  minutes: number;
}

interface Written extends Pick<MailDefinition, 'name' | 'phrases'> {
  /** The last phrase: what to do if the reader did not ask for the code. */
  ending: 'ignore' | 'notYou';
}

/** A mail whose code must be typed in. Names no one, since the address may be a stranger's. */
export function defineCodeMail({ ending, ...definition }: Written): MailDefinition<CodeParams> {
  return defineMail({
    ...definition,
    awaited: true,
    blocks: (mail) => [
      greeting(),
      paragraph('intro'),
      code(mail.code),
      note('expires', { count: mail.minutes }),
      note(ending),
    ],
    sample: { code: '4830175', minutes: 10 },
  });
}
