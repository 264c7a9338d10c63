import addressparser from 'nodemailer/lib/addressparser';
import type { Config } from '../../config/config.js';

/** The name of the service in mails: SERVICE_NAME, else the name in MAIL_FROM (`Example <no-reply@example.com>`), else the public host. */
export function productName({
  serviceName,
  mailFrom,
  publicUrl,
}: Pick<Config, 'serviceName' | 'mailFrom' | 'publicUrl'>): string {
  if (serviceName !== undefined) return serviceName;
  const [sender] = addressparser(mailFrom, { flatten: true });
  return sender?.name || new URL(publicUrl).host;
}
