import { type App, appNamed } from '../../config/apps.js';
import { pickLocale } from '../locales.js';

interface LinkNeeds {
  publicUrl: string;
  apps: readonly App[];
}

interface Link {
  /** Of the hosted page; null for a page that the application alone has. */
  page: string | null;
  /** The application that it leads to, or that the page leads on to, by its name in APP_URLS. */
  app: string | null;
  locale: string | null;
  /** What it answers: a challenge and its code, or an undo. */
  answer: Record<string, string>;
}

/**
 * The address in a mail that answers what the mail is about. Built from the settings alone: a link made from a Host or X-Forwarded-Host
 * header sends the code to the attacker who set the header (CWE-640). Empty where only the application has such a page, and there is none.
 */
export function mailLink({ publicUrl, apps }: LinkNeeds, { page, app, locale, answer }: Link): string {
  if (page === null) return appLink(appNamed(apps, app)?.url, answer);
  const url = new URL(page, publicUrl.endsWith('/') ? publicUrl : `${publicUrl}/`);
  url.search = new URLSearchParams({ ...answer, lang: pickLocale(locale), ...(app && { app }) }).toString();
  return url.href;
}

/**
 * The address of a page of the application, with the answer in the fragment: browsers send that to no server, so that it is in no log
 * and no Referer header. The page must ask for a press of a button: programs that check mails open every link.
 */
function appLink(appUrl: string | undefined, answer: Record<string, string>): string {
  if (appUrl === undefined) return '';
  const url = new URL(appUrl);
  url.hash = new URLSearchParams(answer).toString();
  return url.href;
}
