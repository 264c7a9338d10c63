import type { App } from './apps.js';

/** Each link in mails: its setting, and the hosted page that it opens unless the setting is set. */
export const MAIL_LINKS = {
  verify: { setting: 'MAIL_LINK_VERIFY', page: 'verify' },
  reset: { setting: 'MAIL_LINK_RESET', page: 'reset-password' },
  invitation: { setting: 'MAIL_LINK_INVITATION', page: 'accept-invitation' },
  /** Only the application has such a page. */
  signIn: { setting: 'MAIL_LINK_SIGN_IN', page: null },
  undo: { setting: 'MAIL_LINK_UNDO', page: 'undo-email-change' },
} as const;

export type MailLinkKind = keyof typeof MAIL_LINKS;

export type MailLinks = { [Kind in MailLinkKind]?: string | undefined };

/** What is wrong with a template, in a sentence that follows the name of its setting; null if it is valid. */
export function problemOfTemplate(template: string, required: readonly string[]): string | null {
  const names = [...template.matchAll(PLACEHOLDER)].map(([, name]) => name ?? '');
  const unknown = names.find((name) => name !== 'locale' && !required.includes(name));
  if (unknown !== undefined)
    return `{${unknown}} is not a placeholder: write {${[...required, 'locale'].join('}, {')}}`;
  const missing = required.find((name) => !names.includes(name));
  if (missing) return `write {${missing}} where it belongs: without it the link answers nothing`;
  if (new Set(names).size < names.length) return 'write each placeholder once';
  if (!/^(\/(?!\/)|https?:\/\/[^/])/.test(template))
    return 'write a path that begins with /, or an address that begins with https://';
  // Characters that a URL cannot hold. A browser reads a backslash as a slash, and would go to another host.
  const rest = template.replaceAll(PLACEHOLDER, '');
  if (!/^[\x21-\x7e]*$/.test(rest) || /["<>\\^`{|}]/.test(rest)) return 'write it in ASCII, as a URL is written';
  if (template.indexOf('{') < template.search(/[?#]/) || !/[?#]/.test(template))
    return 'write placeholders after ? or #, and not into the host or the path';
  return null;
}

/** A sentence for each template that leads to no application. */
export function validateMailLinks(links: MailLinks, apps: readonly App[]): string[] {
  const origins = apps.map(({ url }) => new URL(url).origin);
  return Object.entries(MAIL_LINKS).flatMap(([kind, { setting }]) => {
    const template = links[kind as MailLinkKind];
    if (template === undefined) return [];
    if (template.startsWith('/'))
      return origins.length > 0 ? [] : [`${setting}: a path belongs to an application. Set APP_URL or APP_URLS.`];
    const filled = fillTemplate(template, {});
    const { origin, username, password } = URL.canParse(filled) ? new URL(filled) : NOWHERE;
    return origins.includes(origin) && !username && !password
      ? []
      : [`${setting}: its origin is not one of APP_URL or APP_URLS. Add the application there, or write a path.`];
  });
}

/** Encodes each value as one component of a URL. */
export function fillTemplate(template: string, values: Record<string, string>): string {
  return template.replaceAll(PLACEHOLDER, (_, name: string) => encodeURIComponent(values[name] ?? ''));
}

const PLACEHOLDER = /\{([^{}]*)\}/g;
const NOWHERE = { origin: '', username: '', password: '' };
