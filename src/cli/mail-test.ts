import { CommandError, type Config } from '../config/config.js';
import { systemClock as clock } from '../platform/clock.js';
import { problemOfAddress } from '../platform/email-address.js';
import { newId } from '../platform/ids.js';
import { sendAtOnce } from '../platform/mail/smtp.js';
import { todoFor } from './doctor/mail.js';

type SmtpConfig = Pick<Config, 'mailFrom' | 'publicUrl' | 'smtpConnections'> & { smtpUrl: string };

interface Sent {
  server: string;
  answer: string;
  messageId: string;
}

/** Throws a sentence with what the server or the connection reported. */
export async function testMailCommand(config: SmtpConfig, to: string): Promise<Sent> {
  const problem = problemOfAddress(to);
  if (problem) throw new CommandError(`--to ${to}: ${problem.message}`);
  const { host: server } = new URL(config.smtpUrl);
  const id = newId();
  const { hostname } = new URL(config.publicUrl);
  const text = `This mail was sent by "sallyport mail:test".\n${config.publicUrl} can send mail through ${server}.\n`;
  const mail = { id, to, at: clock.now(), subject: `Test mail of ${hostname}`, text };
  try {
    return { server, answer: await sendAtOnce(config, mail), messageId: `<${id}@${hostname}>` };
  } catch (error) {
    throw new CommandError(describeRefusal(server, error as SmtpError));
  }
}

interface SmtpError extends Error {
  code?: string;
  /** The SMTP command that was refused. */
  command?: string;
  response?: string;
}

function describeRefusal(server: string, error: SmtpError): string {
  const { command = '', response } = error;
  if (!response) return `${server} cannot be used: ${error.message}. ${todoFor(error)}`;
  return `${server} answered${command && ` ${command} with`}: ${response}. ${ADVICE[command] ?? todoFor(error)}`;
}

const ADVICE: Record<string, string> = {
  'MAIL FROM': 'Set MAIL_FROM to an address that this user of the mail server may send from.',
  'RCPT TO':
    'The server takes no mail for this address from here: see whether it exists, and whether the server relays for the user in SMTP_URL.',
  DATA: 'The server refuses the mail itself: see what its operator demands of senders, such as SPF and DKIM for the domain of MAIL_FROM.',
};
