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
        'Browsers refuse what that application asks this server.',
        `Add ${origin} to CORS_ORIGINS. If its own server asks for it, that does no harm.`,
      ),
    );
  if (nodeEnv === 'production' && trustProxy === false)
    found.push(
      problem(
        'TRUST_PROXY is off, and PUBLIC_URL is https, which a proxy in front of this server must answer.',
        'Every request has the address of the proxy: all people share one budget of each limit, and the audit log names the proxy.',
        'Set TRUST_PROXY to the addresses of the proxy, or to the number of proxies.',
      ),
    );
  if (own.pathname !== '/')
    found.push(
      warning(
        `PUBLIC_URL has the path ${own.pathname}.`,
        'The addresses in mails and in discovery documents begin with it, and this server answers without it.',
        `Have the proxy take ${own.pathname} off, or give this server a host of its own.`,
      ),
    );
  return found;
}
