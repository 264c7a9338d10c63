import { facts, greeting, type MailTemplate, say } from '../template.js';

export interface RefreshTokenReusedParams {
  name?: string | null;
  device?: string | null;
  /** ISO 8601. */
  at: string;
}

/** A used refresh token came back (RFC 9700 §4.14): somebody may have copied it, so its session was ended. */
export const refreshTokenReused: MailTemplate<RefreshTokenReusedParams> = {
  blocks: (mail) => [
    greeting(mail.name),
    say('intro'),
    facts({ key: 'device', text: mail.device ?? undefined }, { key: 'when', at: mail.at }),
    say('todo'),
    say('notYou'),
  ],
  sample: { name: 'Ada Lovelace', device: 'Firefox on Linux', at: '2026-11-20T14:03:00.000Z' },
};
