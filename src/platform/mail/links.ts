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
