import { type Call, type Command, command, UsageError } from './command-line.js';
import { CommandError, loadConfig } from '../config/config.js';

export const mailCommands: Record<string, Command> = {
  'mail:test': command({
    does: 'Sends one mail now, without the queue, and prints what the mail server answered.',
    options: { to: { type: 'string', value: 'ADDRESS', meaning: 'the recipient; required' } },
    json: 'server, answer, messageId',
    run: sendTest,
  }),
};

async function sendTest({ to }: { to?: string }, { env, say, give }: Call): Promise<void> {
  if (!to) throw new UsageError('--to is missing. Write: sallyport mail:test --to you@example.com');
  const config = loadConfig(env);
  const { smtpUrl } = config;
  if (!smtpUrl) throw new CommandError('SMTP_URL is not set: there is no mail server to send with.');
  const { testMailCommand } = await import('./mail-test.js');
  const sent = await testMailCommand({ ...config, smtpUrl }, to);
  say(`${sent.server} answered: ${sent.answer}`);
  give(sent);
}
