import { verifySmtp } from '../../platform/mail/smtp.js';
import { type CheckNeeds, type Found, problem, warning } from './finding.js';

const WHY = 'Mail waits in the queue: no address can be verified, and no password reset.';

/** Without SMTP_URL, the settings have reported it already. */
export async function checkMail({ config }: CheckNeeds): Promise<Found[]> {
  const { smtpUrl } = config;
  if (!smtpUrl) return [];
  const { host, username } = new URL(smtpUrl);
  const { error, encrypted } = await verifySmtp({ ...config, smtpUrl, timeout: 5000 });
  if (error) return [problem(`The mail server ${host} cannot be used: ${error.message}.`, WHY, todoFor(error))];
  if (encrypted || !username) return [];
  return [
    warning(
      `The mail server ${host} offers no TLS.`,
      'The password in SMTP_URL and all codes are sent unencrypted.',
      'Write smtps://, or have the server offer STARTTLS.',
    ),
  ];
}

/** What an operator can do about an error of nodemailer. */
export function todoFor({ code, message }: NodeJS.ErrnoException): string {
  if (code === 'EAUTH') return 'Correct the user and the password in SMTP_URL; special characters are written as %40.';
  if (/certificate|altnames|self-signed/i.test(message))
    return 'Name the host as its certificate does, or give Node the authority: NODE_EXTRA_CA_CERTS=FILE.';
  return 'Check host and port of SMTP_URL (587 for smtp://, 465 for smtps://), and whether a firewall lets this machine there.';
}
