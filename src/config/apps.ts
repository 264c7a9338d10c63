import { LOOPBACK_HOSTS } from '../platform/loopback.js';

/** An application that people sign in to: where mails and pages lead. */
export interface App {
  /** A request names it to say that it comes from this one. Empty if APP_URL names the only one. */
  name: string;
  url: string;
}

/**
 * Chosen by name alone, never by an address in a request: a link made from Host, Origin or Referer sends the code in it to the sender of
 * the header (CWE-640). Unless one is named, it is the first.
 */
export function appNamed(apps: readonly App[], name: string | null | undefined): App | undefined {
  return apps.find((app) => app.name === name) ?? apps[0];
}

/** `web=https://app.example.com, admin=https://admin.example.com`, as it is written. */
export function readApps(value: string): App[] | null {
  const apps: App[] = [];
  for (const item of value.split(',')) {
    const [, name, url] = /^\s*([a-z][a-z0-9-]{0,31})\s*=\s*(https?:\/\/\S+)\s*$/.exec(item) ?? [];
    if (name === undefined || url === undefined || !URL.canParse(url)) return null;
    apps.push({ name, url: new URL(url).href });
  }
  return apps;
}

/** The applications of both settings. */
export function appsOf({ appUrl, appUrls }: { appUrl: string | undefined; appUrls: App[] }): App[] {
  return appUrl === undefined ? appUrls : [{ name: '', url: appUrl }];
}

/** A sentence for each problem of the two settings. */
export function validateApps(
  given: { appUrl: string | undefined; appUrls: App[] },
  { production }: { production: boolean },
): string[] {
  const { appUrl, appUrls } = given;
  const names = appUrls.map(({ name }) => name);
  const twice = names.find((name, place) => names.indexOf(name) < place);
  return [
    ...(appUrl !== undefined && appUrls.length > 0
      ? ['APP_URL: APP_URLS is set, which lists every application. Remove APP_URL.']
      : []),
    ...(twice === undefined ? [] : [`APP_URLS: two applications are named ${twice}.`]),
    ...validateUrl('APP_URL', appUrl, production),
    ...appUrls.flatMap(({ name, url }) => validateUrl(`APP_URLS: of ${name}`, url, production)),
  ];
}

function validateUrl(what: string, url: string | undefined, production: boolean): string[] {
  if (url === undefined) return [];
  const { protocol, hostname, username, password } = new URL(url);
  // With a wildcard, a request would have to name the host. An attacker who can deploy a preview could have codes sent there.
  const wildcard = hostname.includes('*');
  const insecure = production && protocol !== 'https:' && !LOOPBACK_HOSTS.includes(hostname);
  return [
    ...(wildcard ? [`${what}: a wildcard is no address. Name each one: preview=https://preview.example.com.`] : []),
    ...(username || password ? [`${what}: write the address without a user and a password.`] : []),
    ...(insecure ? [`${what}: production needs an https address, since people sign in there.`] : []),
  ];
}
