import { button, greeting, type MailTemplate, note, say } from '../template.js';

/** The owner of a taken address hears of the attempt; the one who tried learns nothing (OWASP ASVS 6.3.8). */
export const alreadyRegistered: MailTemplate<Record<string, never>> = {
  blocks: (_mail, { appUrl }) => [
    greeting(),
    say('intro'),
    say('instead'),
    ...(appUrl ? [button('button', appUrl)] : []),
    note('notYou'),
  ],
  sample: {},
};
