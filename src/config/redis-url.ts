import type { RedisOptions } from 'ioredis';

/** The target of a REDIS_URL. `hosts` is for logs: no user, no password. */
export type RedisTarget =
  | { kind: 'server' | 'sentinel'; hosts: string; options: RedisOptions }
  | { kind: 'cluster'; hosts: string; nodes: { host: string; port: number }[]; options: RedisOptions };

/**
 * Parses redis://, rediss:// (TLS), redis+sentinel://host:26379,host2:26379/name[/db], redis+cluster://a:1,b:2 and
 * a comma-separated list of redis:// nodes; rediss+… for TLS. Credentials are before the first host, those of the
 * sentinels in ?sentinelUsername=…&sentinelPassword=…. Throws an Error that says what to write and never quotes the URL,
 * since that holds the password.
 */
export function parseRedisUrl(url: string): RedisTarget {
  // "redis://a,redis://b" and "redis://a,b" are the same list; URL itself cannot hold more than one host.
  const [, scheme = '', userinfo = '', hostList = '', path = '', query = ''] =
    /^(rediss?(?:\+sentinel|\+cluster)?):\/\/(?:([^/?]*)@)?([^/?]+)(\/[^?]*)?(\?.*)?$/.exec(joinNodes(url)) ?? fail();
  const [first, ...others] = hostList.split(',').map((host) => address(host, scheme));
  if (!first) return fail();
  const nodes = [first, ...others];
  const hosts = nodes.map(({ host, port }) => (host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`)).join(',');
  const options: RedisOptions = { ...credentials(userinfo), ...(scheme.startsWith('rediss') ? { tls: {} } : {}) };
  const steps = path.split('/').filter(Boolean).map(decoded);

  if (scheme.endsWith('+sentinel')) {
    const [name, db] = steps;
    if (!name) throw new Error('REDIS_URL: name the master: redis+sentinel://host:26379,host2:26379/mymaster');
    const { sentinelUsername, sentinelPassword } = Object.fromEntries(new URLSearchParams(query));
    const tls = options.tls ? { sentinelTLS: {}, enableTLSForSentinelMode: true } : {};
    const asked = { ...(sentinelUsername && { sentinelUsername }), ...(sentinelPassword && { sentinelPassword }) };
    return {
      kind: 'sentinel',
      hosts,
      options: { ...options, ...tls, ...asked, sentinels: nodes, name, db: database(db) },
    };
  }
  if (scheme.endsWith('+cluster') || others.length > 0) return { kind: 'cluster', hosts, nodes, options };
  return { kind: 'server', hosts, options: { ...options, ...first, db: database(steps[0]) } };
}

function joinNodes(url: string): string {
  const [first = '', ...others] = url.trim().split(/,\s*/);
  const scheme = first.slice(0, first.indexOf('://'));
  return [first.replace(/\/$/, others.length ? '' : '/'), ...others.map((node) => bareNode(node, scheme))].join(',');
}

/** A later node of a list may repeat the scheme and the credentials; only its host is used. */
function bareNode(node: string, scheme: string): string {
  const repeats = node.startsWith(`${scheme}://`);
  if (!repeats && node.includes('://')) return fail();
  if (!repeats) return node;
  return node
    .slice(scheme.length + 3)
    .replace(/^.*@/, '')
    .replace(/\/$/, '');
}

function address(text: string, scheme: string): { host: string; port: number } {
  const [, bracketed, plain, port = ''] = /^(?:\[([^\]]+)\]|([^:[\]]+))(?::(\d{1,5}))?$/.exec(text) ?? fail();
  const number = Number(port || (scheme.endsWith('+sentinel') ? 26_379 : 6379));
  return { host: bracketed ?? plain ?? fail(), port: number < 65_536 ? number : fail() };
}

function credentials(userinfo: string): Pick<RedisOptions, 'username' | 'password'> {
  if (!userinfo) return {};
  const colon = userinfo.indexOf(':');
  const [username, password] = colon < 0 ? [userinfo, ''] : [userinfo.slice(0, colon), userinfo.slice(colon + 1)];
  return {
    ...(username && { username: decoded(username) }),
    ...(password && { password: decoded(password) }),
  };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new Error('REDIS_URL: write a % of the user or the password as %25');
  }
}

function database(text: string | undefined): number {
  if (text === undefined) return 0;
  return /^\d{1,5}$/.test(text) ? Number(text) : fail();
}

function fail(): never {
  throw new Error(
    'REDIS_URL: write redis://user:password@host:6379/0, rediss://… for TLS, redis+sentinel://host:26379,host2:26379/name, ' +
      'or a comma-separated list of cluster nodes',
  );
}
