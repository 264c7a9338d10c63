import { greeting, type MailTemplate, note, say } from '../template.js';

/** The owner of a taken address hears of the attempt; the one who tried learns nothing (OWASP ASVS 6.3.8). */
export const alreadyRegistered: MailTemplate<Record<string, never>> = {
  blocks: () => [greeting(), say('intro'), say('instead'), note('notYou')],
  sample: {},
};
