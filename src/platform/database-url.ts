import { parse } from 'pg-connection-string';

/** A parsed DATABASE_URL. Every connection is made from it: the ORM's, the job queue's, those of check-server.ts. */
export interface DatabaseAddress {
  /** A name, an address, or the folder of the server's socket. */
  host: string;
  port: number;
  /** Empty: the name of the user that runs the process. */
  user: string;
  password: string;
  database: string;
  ssl: boolean | object | undefined;
  /** Command-line options of the session, such as `-c search_path=auth`. */
  options: string | undefined;
}

/**
 * The only parser of DATABASE_URL: with two, the ORM and the job queue could connect to different servers. Parameters that are
 * not supported are refused. Throws an Error that says what to write and never quotes the URL, since that
 * holds the password.
 */
export function parseDatabaseUrl(url: string): DatabaseAddress {
  if (!/^postgres(ql)?:\/\//.test(url)) refuse('write a URL that begins with postgres:// or postgresql://');
  if (url.includes('#')) refuse('write a # of the user or the password as %23');
  if (/%(?![0-9a-f]{2})/i.test(url)) refuse('write a % of the user or the password as %25');
  validateParameters(new URLSearchParams(url.split('?').slice(1).join('?')));
  const { host, port, user = '', password = '', database, ssl, options } = read(url);
  if (!database) refuse('name the database: postgres://user:password@host:5432/name');
  if (host?.includes(',')) refuse('name one host: one address that follows the primary can serve for several');
  return {
    host: host || 'localhost',
    port: Number(port) || 5432,
    user,
    password,
    database,
    ssl: ssl as DatabaseAddress['ssl'],
    options,
  };
}

/** The supported parameters. User and password are not among them: tools that redact URLs would miss those. */
const PARAMETERS: Record<string, RegExp> = {
  host: /^\//,
  port: /^\d+$/,
  sslmode: /^(disable|prefer|require|verify-ca|verify-full|no-verify)$/,
  uselibpqcompat: /^(true|false)$/,
  sslrootcert: /./,
  sslcert: /./,
  sslkey: /./,
  options: /./,
};

function validateParameters(parameters: URLSearchParams): void {
  for (const name of new Set(parameters.keys())) {
    const values = parameters.getAll(name);
    const form = Object.hasOwn(PARAMETERS, name) ? PARAMETERS[name] : undefined;
    if (!form)
      refuse(`the parameter ${printable(name)} is not honoured; there are ${Object.keys(PARAMETERS).join(', ')}`);
    if (values.length > 1) refuse(`name the parameter ${name} once`);
    if (name === 'host' && !form.test(values[0] ?? ''))
      refuse('the parameter host is the folder of a socket: ?host=/run/postgresql');
    if (!form.test(values[0] ?? '')) refuse(`the parameter ${name} has a value that is not known`);
  }
}

function read(url: string): ReturnType<typeof parse> {
  try {
    return parse(withoutAliases(url));
  } catch (error) {
    const { code, path } = error as NodeJS.ErrnoException;
    if (path) return refuse(`${path} cannot be read (${code})`);
    if (error instanceof URIError) return refuse('write a % of the user or the password as %25');
    return refuse('write it as postgres://user:password@host:5432/name');
  }
}

/** pg treats these modes as verify-full, and prints a long warning about it at each start. libpq's own meaning is less safe. */
function withoutAliases(url: string): string {
  if (/[?&]uselibpqcompat=true(&|$)/.test(url)) return url;
  return url.replace(/([?&]sslmode=)(?:prefer|require|verify-ca)(?=&|$)/, '$1verify-full');
}

/** A mistyped name may hold a password. */
function printable(name: string): string {
  return /^\w{1,40}$/.test(name) ? name : 'that is written there';
}

function refuse(what: string): never {
  throw new Error(what);
}
