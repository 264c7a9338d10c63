import { parseDatabaseUrl } from '../platform/database-url.js';

interface Settings {
  publicUrl: string;
  databaseUrl?: string | undefined;
  mailFrom: string;
  serverSecret?: readonly string[] | undefined;
  federationSecret?: readonly string[] | undefined;
  metricsToken?: readonly string[] | undefined;
  coprocessor: { secret: string } | null;
  resourceServers: readonly { name: string; secret: string }[];
  testAddresses: readonly unknown[];
}

/** A sentence for each setting that is only fit for development. */
export function unfitForProduction(config: Settings): string[] {
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
      'MAIL_FROM: production needs a sender of your own, since no mail server accepts mail from localhost. Set it to Example <no-reply@example.com>.',
    );
  if (config.testAddresses.length > 0)
    problems.push('TEST_ADDRESSES: fixed codes are not allowed in production. Remove it.');
  const password = config.databaseUrl ? parseDatabaseUrl(config.databaseUrl).password.toLowerCase() : '';
  if (DEFAULT_SECRETS.has(password))
    problems.push('DATABASE_URL: its password is a default one. Set a password of your own.');
  const { serverSecret, federationSecret, metricsToken, coprocessor, resourceServers } = config;
  for (const [name, value] of [
    ...(serverSecret ?? []).map((one) => ['SERVER_SECRET', one] as const),
    ...(federationSecret ?? []).map((one) => ['FEDERATION_SECRET', one] as const),
    ...(metricsToken ?? []).map((one) => ['METRICS_TOKEN', one] as const),
    ['COPROCESSOR_SECRET', coprocessor?.secret],
    ...resourceServers.map(({ name, secret }) => [`RESOURCE_SERVERS, ${name}`, secret] as const),
  ] as const) {
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

/** Whether it has few different characters, apart from the words that examples use: `changeme-changeme` has one. */
function isSimple(value: string): boolean {
  const rest = [...DEFAULT_SECRETS].reduce((left, word) => left.replaceAll(word, ''), value.toLowerCase());
  return new Set(rest).size < Math.min(8, value.length / 3);
}
