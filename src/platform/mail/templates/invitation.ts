import { button, greeting, type MailTemplate, note, say } from '../template.js';

export interface InvitationParams {
  link: string;
  days: number;
}

/** An administrator made an account for the reader, who chooses the password. Not by name: the address is not verified. */
export const invitation: MailTemplate<InvitationParams> = {
  blocks: (mail) => [
    greeting(),
    say('intro'),
    button('button', mail.link),
    note('expires', { count: mail.days }),
    note('ignore'),
  ],
  sample: { link: 'https://auth.example.com/accept-invitation?challenge=sample&code=sample&lang=en', days: 7 },
};
