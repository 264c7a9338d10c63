import { parseDatabaseUrl } from '../platform/database-url.js';
import { LOOPBACK_HOSTS } from '../platform/loopback.js';
import type { Config } from './settings.js';

/** What is only fit for a laptop: a sentence for each setting that production does not start with. */
export function unfitForProduction(config: Config): string[] {
  const problems: string[] = [];
  const url = new URL(config.publicUrl);
  if (!config.databaseUrl)
    problems.push(
      'DATABASE_URL: production does not run on the embedded database. Set it to postgres://user:password@host:5432/name.',
    );
  if (url.protocol !== 'https:')
    problems.push(
      'PUBLIC_URL: production needs an https address, since cookies and links travel over it. Set it to https://your.host.',
    );
  if (/@localhost>?$/.test(config.mailFrom))
    problems.push(
      'MAIL_FROM: production needs a sender of your own, since no mail server takes mail from localhost. Set it to Example <no-reply@example.com>.',
    );
  if (config.testAddresses.length > 0)
    problems.push('TEST_ADDRESSES: production has no codes that are known beforehand. Remove it.');
  const app = config.appUrl ? new URL(config.appUrl) : null;
  if (app?.protocol === 'http:' && !LOOPBACK_HOSTS.includes(app.hostname))
    problems.push('APP_URL: production needs an https address, since people sign in there.');
  const password = config.databaseUrl ? parseDatabaseUrl(config.databaseUrl).password.toLowerCase() : '';
  if (DEFAULT_SECRETS.has(password))
    problems.push('DATABASE_URL: its password is a default one. Set a password of your own.');
  const { serverSecret, federationSecret, metricsToken } = config;
  for (const [name, value] of Object.entries({
    SERVER_SECRET: serverSecret,
    FEDERATION_SECRET: federationSecret,
    METRICS_TOKEN: metricsToken,
  })) {
    if (value && isSimple(value))
      problems.push(`${name}: this is too simple a secret. npm run keys -- --secret prints a good one.`);
  }
  return problems;
}

const DEFAULT_SECRETS = new Set([
  'password',
  'postgres',
  'sallyport',
  'secret',
  'changeme',
  'change-me',
  'example',
  'admin',
  '123456',
]);

/** Of few different characters, not counting the words that examples use: `changeme-changeme` has one. */
function isSimple(value: string): boolean {
  const rest = [...DEFAULT_SECRETS].reduce((left, word) => left.replaceAll(word, ''), value.toLowerCase());
  return new Set(rest).size < Math.min(8, value.length / 3);
}
