import { type CheckNeeds, type Found, problem, warning } from './finding.js';

/** Compares the addresses in the settings. Connects to nothing. */
export async function checkAddresses({ config }: CheckNeeds): Promise<Found[]> {
  const { publicUrl, corsOrigins, trustProxy, nodeEnv } = config;
  const own = new URL(publicUrl);
  const allowed = new Set([own.origin, ...corsOrigins]);
  const origins = new Set(config.apps.map(({ url }) => new URL(url).origin));
  const found = [...origins]
    .filter((origin) => !allowed.has(origin))
    .map((origin) =>
      problem(
        `CORS_ORIGINS does not have ${origin}, where an application of APP_URL or APP_URLS is.`,
        'Browsers block the requests of that application to this server.',
        `Add ${origin} to CORS_ORIGINS. If its own server makes the requests, that does no harm.`,
      ),
    );
  if (nodeEnv === 'production' && trustProxy === false)
    found.push(
      problem(
        'TRUST_PROXY is off, and PUBLIC_URL is https, so that there must be a proxy in front of this server.',
        'Every request seems to come from the proxy: all users share one budget of each limit, and the audit log records the address of the proxy.',
        'Set TRUST_PROXY to the addresses of the proxy, or to the number of proxies.',
      ),
    );
  if (own.pathname !== '/')
    found.push(
      warning(
        `PUBLIC_URL has the path ${own.pathname}.`,
        'The addresses in mails and in discovery documents begin with it, but this server answers without it.',
        `Have the proxy take ${own.pathname} off, or give this server a host of its own.`,
      ),
    );
  return found;
}
