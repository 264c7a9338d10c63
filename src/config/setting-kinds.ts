import { availableParallelism } from 'node:os';
import parseDuration from 'parse-duration';
import { z } from 'zod';
import { parseDatabaseUrl } from '../platform/database-url.js';
import { problemOfAddress } from '../platform/email-address.js';
import { readWebhookSecret } from '../platform/standard-webhooks.js';
import { parseStorageUrl } from '../platform/storage-url.js';
import { readApps } from './apps.js';
import { readClaimsTemplate } from './claim-settings.js';
import { problemOfTemplate } from './mail-links.js';
import { parseRedisUrl } from './redis-url.js';
import { readTestAddress } from './test-addresses.js';
import { isNetwork, parseTrustedProxies } from './trusted-proxies.js';

/** The kinds of values. The error of each says what to write, in a sentence that follows the name of the setting. */
export const text = z.string({ error: 'write something' }).min(1, 'write something');
// Every number needs a unit: 400 may mean days or seconds, and read as milliseconds it would delete data.
export const duration = z
  .string()
  .transform((value) => (/^(\s*\d+(\.\d+)?\s*[a-z]+)+\s*$/i.test(value) ? parseDuration(value) : null))
  .refine((ms): ms is number => ms !== null && Number.isFinite(ms) && ms > 0 && ms <= 3650 * 86_400_000, {
    error: 'write a duration with its unit, such as 10s, 15m, 12h or 30d',
  });
/** For the header Strict-Transport-Security; null for no header, 0 for one that makes browsers forget it. */
export const hstsMaxAge = z.union(
  [z.literal('off').transform(() => null), z.literal('0').transform(() => 0), duration],
  {
    error: 'write a duration such as 365d, 0 to have browsers forget it, or off',
  },
);
/** Infinite for never. */
export const durationOrOff = z.union([z.literal('off').transform(() => Infinity), duration], {
  error: 'write a duration such as 30d, or off',
});
export const whole = (min: number, max: number) =>
  z.coerce
    .number({ error: 'write a number' })
    .refine((value) => Number.isInteger(value) && value >= min && value <= max, {
      error: `write a whole number from ${min} to ${max}`,
    });
export const url = (...protocols: string[]) =>
  text.refine((value) => URL.canParse(value) && protocols.some((protocol) => value.startsWith(`${protocol}//`)), {
    error: `write a URL that begins with ${protocols.map((protocol) => `${protocol}//`).join(' or ')}`,
  });
/** Used as it is written, as the issuer among others: `https:/host` would parse, but be another issuer. */
export const publicUrl = url('http:', 'https:').refine((value) => !/[?#]/.test(value), {
  error: 'write an address without ? and #',
});
export const databaseUrl = text.superRefine((value, context) => {
  try {
    parseDatabaseUrl(value);
  } catch (error) {
    context.addIssue({ code: 'custom', message: (error as Error).message });
  }
});
/** Quotes around the whole value were meant for a shell, but `docker run --env-file` keeps them: mails would come from 'Example. */
export const mailFrom = text
  .refine((value) => /[^\s<@]@[^\s>@]/.test(value), {
    error: 'write an address, or a name and an address: Sallyport <no-reply@example.com>',
  })
  .refine((value) => !/^(['"]).*\1$/.test(value), {
    error: 'write it without quotes around it: Sallyport <no-reply@example.com>',
  });
/**
 * One line: several lines are the error message of a command that should have printed the secret. A jwt.key is accepted too, since it
 * replaces an unset SERVER_SECRET.
 */
export const secret = text
  .min(32, 'write at least 32 characters (npm run keys -- --secret prints one)')
  .refine((value) => !value.includes('\n') || value.startsWith('-----BEGIN '), {
    error: 'write one line (npm run keys -- --secret prints it)',
  });
/** A secret that another program sends with its requests. */
export const sharedSecret = text.min(16, 'write at least 16 characters (npm run keys -- --secret prints a good one)');
/** Signs what is sent to another program; the key is never printed. */
export const webhookSecret = text.transform((value, problem) => {
  const secret = readWebhookSecret(value);
  if (!secret)
    problem.addIssue('write whsec_ and 24 to 64 random bytes in base64: echo "whsec_$(openssl rand -base64 32)"');
  return secret ?? z.NEVER;
});
/** Service names with their secrets: `orders=…,router=…`. */
export const resourceServers = z.string().transform((value, problem) =>
  value
    .split(',')
    .map((item) => item.trim())
    .filter(Boolean)
    .map((item) => {
      const [, name = '', secret = ''] = /^([a-z][a-z0-9-]{0,62})=(\S{32,})$/.exec(item) ?? [];
      // The item may hold a secret: it is not repeated.
      if (!name)
        problem.addIssue(
          'write name=secret, the name in lower case, the secret of at least 32 characters (npm run keys -- --secret prints one)',
        );
      return { name, secret };
    }),
);
export const factor = z.coerce.number({ error: 'write a number' }).positive('write a number above 0');
const list = z.string().transform((value) =>
  value
    .split(',')
    .map((item) => item.trim())
    .filter(Boolean),
);
export const origins = list.refine((all) => all.every(isOrigin), {
  error:
    'write origins such as https://app.example.com or capacitor://localhost, separated by commas: in lower case, without a path, a slash at the end, a default port or *',
});
/** As browsers write it in the header Origin: in any other form it would never match. */
export function isOrigin(text: string): boolean {
  if (/^https?:/.test(text)) return URL.canParse(text) && new URL(text).origin === text && !text.includes('*');
  // Origins of apps in a web view. Schemes that browsers never send as an origin are refused.
  const scheme = /^([a-z][a-z0-9+.-]*):\/\/[a-z0-9_-]+(\.[a-z0-9_-]+)*(:\d{1,5})?$/.exec(text)?.[1];
  return scheme !== undefined && !['ws', 'wss', 'ftp', 'file', 'data', 'blob', 'javascript', 'about'].includes(scheme);
}

/** A domain in the form in which browsers hash it. An address is none (WebAuthn L3 §4, "RP ID"). */
export const domain = text.refine(
  (value) => /^([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)*[a-z]([a-z0-9-]*[a-z0-9])?$/.test(value),
  { error: 'write a domain in lower case, such as example.com, without https://, port or path; an IP address is none' },
);
export const passkeyOrigins = list.refine(
  (all) => all.every((one) => /^android:apk-key-hash:[\w-]{43}$/.test(one) || (/^https?:/.test(one) && isOrigin(one))),
  {
    error:
      'write origins such as https://app.example.com or android:apk-key-hash:…, separated by commas: in lower case, without a path, a slash at the end or a default port',
  },
);

/** Validated one by one in apps.ts, since the rules depend on NODE_ENV. */
export const appUrls = z
  .string()
  .transform((value) => (value === '' ? [] : readApps(value)))
  .refine((apps) => apps !== null, {
    error:
      'write names in lower case and addresses, separated by commas (a comma in an address is %2C): web=https://app.example.com,admin=https://admin.example.com',
  });

/** Appears in subjects of mails: no control characters, and none that change the direction of the text. */
export const serviceName = text
  .max(64, 'write 64 characters at most')
  .refine((value) => !/[\p{C}\u2028\u2029]/u.test(value), { error: 'write it without control characters' });
/** Its origin goes into a policy (CSP), where a semicolon would begin another directive. */
export const logoUrl = text.refine(
  (value) =>
    /^https:\/\/([a-z0-9-]+\.)+[a-z0-9-]+(:\d{1,5})?\/[\x21-\x7e]{1,2000}$/.test(value) && !/["#<>\\^`{|}]/.test(value),
  {
    error:
      'write the whole address of a picture, with https and a public host, in ASCII: https://cdn.example.com/logo.png',
  },
);
export const color = text
  .refine((value) => /^#[0-9a-f]{6}$/i.test(value), { error: 'write a colour as #rrggbb, such as #1f5fd0' })
  .transform((value) => value.toLowerCase());
export const emailAddress = text.superRefine((value, { addIssue }) => {
  const problem = problemOfAddress(value);
  if (problem) addIssue('write one e-mail address, such as help@example.com');
});

/** mail-links.ts checks that it leads to an application. */
export const linkTemplate = (...required: string[]) =>
  text.superRefine((value, { addIssue }) => {
    const problem = problemOfTemplate(value, required);
    if (problem) addIssue(problem);
  });

/** Validated one by one in redirect-uris.ts, since the rules depend on NODE_ENV. */
export const redirectUris = list;

/** Validated row by row in test-addresses.ts: a code has as many digits as OTP_LENGTH says. */
export const testAddresses = list.transform((rows) => rows.map(readTestAddress));

export const trustProxy = z
  .string()
  .transform(parseTrustedProxies)
  .refine((trusted) => trusted !== null, {
    error:
      'write off, a number of hops, or addresses and CIDR ranges such as 10.0.0.0/8, but not /0, separated by commas',
  });
export const networks = list.refine((all) => all.every(isNetwork), {
  error: 'write addresses and CIDR ranges such as 10.20.0.0/16, but not /0, separated by commas',
});
export const redisUrl = text.superRefine((value, context) => {
  try {
    parseRedisUrl(value);
  } catch (error) {
    context.addIssue({ code: 'custom', message: (error as Error).message.replace(/^REDIS_URL: /, '') });
  }
});
export const storageUrl = text.superRefine((value, context) => {
  try {
    parseStorageUrl(value);
  } catch (error) {
    context.addIssue({ code: 'custom', message: (error as Error).message });
  }
});
export const workers = z.union([z.literal('auto').transform(() => availableParallelism()), whole(1, 256)], {
  error: 'write auto, or a whole number from 1 to 256',
});
/** Identity providers, each with the issuer of its transmitter of security events. */
export const transmitters = list.transform((items, problem) =>
  items.map((item) => {
    const [, provider = '', issuer = ''] = /^([a-z][a-z0-9-]{0,31})=(https?:\/\/\S+)$/.exec(item) ?? [];
    if (!URL.canParse(issuer) || /[?#]/.test(issuer))
      problem.addIssue('write provider=issuer, such as google=https://accounts.google.com, separated by commas');
    return { provider, issuer };
  }),
);
/** Ids of identity providers, in the order in which they are written. */
export const providerIds = list.superRefine((ids, { addIssue }) => {
  const valid = ids.every((id) => PROVIDER_ID.test(id));
  if (!valid)
    addIssue(
      'write ids such as google or acme-staff, separated by commas: lower-case letters, digits and dashes, at most 32',
    );
});
/** No upper case and no underscores, so that the environment variables of two ids never coincide. */
export const PROVIDER_ID = /^(?=.{1,32}$)[a-z][a-z0-9]*(-[a-z0-9]+)*$/;
/** A list of these words, returned in the order of the words. */
export const anyOf = <const Words extends readonly [string, ...string[]]>(...words: Words) =>
  list
    .refine((given) => given.every((one) => words.includes(one)), {
      error: `write one or more of ${words.join(', ')}, separated by commas`,
    })
    .transform((given): Words[number][] => words.filter((word) => given.includes(word)));
/** The same, at least one. */
export const someOf = <const Words extends readonly [string, ...string[]]>(...words: Words) =>
  anyOf(...words).refine((given) => given.length > 0, {
    error: `write one or more of ${words.join(', ')}, separated by commas`,
  });
/** Names of roles, among others. */
export const names = list.refine((all) => all.every((name) => /^[\w.:-]{1,64}$/.test(name)), {
  error: 'write names, separated by commas',
});
export const claimsTemplate = text.transform((value, problem) => {
  const read = readClaimsTemplate(value);
  if (typeof read !== 'string') return read;
  problem.addIssue(read);
  return z.NEVER;
});
export const oneOf = <const Words extends readonly [string, ...string[]]>(...words: Words) =>
  z.enum(words, { error: `write ${words.join(' or ')}` });
