import { appNamed } from '../../config/apps.js';
import { fillTemplate, MAIL_LINKS, type MailLinkKind } from '../../config/mail-links.js';
import type { Config } from '../../config/config.js';

interface Link {
  kind: MailLinkKind;
  /** The application that it leads to, directly or after our page, by its name in APP_URLS. */
  app: string | null;
  locale: string | null;
  /** The values it carries: a challenge and its code, or the token of an undo. */
  answer: Record<string, string>;
}

/**
 * The link of a mail. Built from the settings alone: a link made from a Host or X-Forwarded-Host header sends the code to the attacker who
 * set the header (CWE-640). Empty if only an application would have such a page, and there is none.
 */
export function mailLink(
  { publicUrl, apps, mailLinks }: Pick<Config, 'publicUrl' | 'apps' | 'mailLinks'>,
  { kind, app, locale: tag, answer }: Link,
): string {
  const { page } = MAIL_LINKS[kind];
  const appUrl = appNamed(apps, app)?.url;
  const template = mailLinks[kind];
  const locale = tag ?? 'en';
  if (template !== undefined) return new URL(fillTemplate(template, { ...answer, locale }), appUrl).href;
  if (page === null) return appLink(appUrl, answer);
  const url = new URL(page, publicUrl.endsWith('/') ? publicUrl : `${publicUrl}/`);
  url.search = new URLSearchParams({ ...answer, lang: locale, ...(app && { app }) }).toString();
  return url.href;
}

/**
 * The address of the application's page, with the answer in the fragment: browsers send that to no server, so that it is in no log and no
 * Referer header. The page must require a click: programs that scan mails open every link.
 */
function appLink(appUrl: string | undefined, answer: Record<string, string>): string {
  if (appUrl === undefined) return '';
  const url = new URL(appUrl);
  url.hash = new URLSearchParams(answer).toString();
  return url.href;
}
