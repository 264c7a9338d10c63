/** What a link in a mail carries: what it answers (a challenge and its code), and the language of the page. */
export interface LinkAnswer {
  locale: string;
  [field: string]: string;
}

/**
 * The address of a page that answers a challenge: `verify` → PUBLIC_URL/verify?…  Built from PUBLIC_URL alone: a link
 * made from a Host or X-Forwarded-Host header sends the code to the attacker who set the header (CWE-640).
 */
export function mailLink(publicUrl: string, page: string, { locale, ...fields }: LinkAnswer): string {
  const url = new URL(page, publicUrl.endsWith('/') ? publicUrl : `${publicUrl}/`);
  url.search = new URLSearchParams({ ...fields, lang: locale }).toString();
  return url.href;
}

/**
 * The address of a page of the application, with the answer in the fragment: browsers send that to no server, so that it is in no log
 * and no Referer header. The page must ask for a press of a button: programs that check mails open every link.
 */
export function appLink(appUrl: string, answer: Record<string, string>): string {
  const url = new URL(appUrl);
  url.hash = new URLSearchParams(answer).toString();
  return url.href;
}
