import addressparser from 'nodemailer/lib/addressparser';
import type { Config } from '../../config/settings.js';

/** What mails call the service: the name in MAIL_FROM (`Example <no-reply@example.com>`), else the public host. */
export function productName({ mailFrom, publicUrl }: Pick<Config, 'mailFrom' | 'publicUrl'>): string {
  const [sender] = addressparser(mailFrom, { flatten: true });
  return sender?.name || new URL(publicUrl).host;
}
