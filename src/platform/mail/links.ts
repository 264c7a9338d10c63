/** What a link in a mail carries: the challenge it answers, the code that answers it, the language of the page. */
export interface LinkAnswer {
  challenge: string;
  code: string;
  locale: string;
}

/**
 * The address of a page that answers a challenge: `verify` → PUBLIC_URL/verify?…  Built from PUBLIC_URL alone: a link
 * made from a Host or X-Forwarded-Host header sends the code to whoever set the header (CWE-640).
 */
export function mailLink(publicUrl: string, page: string, { challenge, code, locale }: LinkAnswer): string {
  const url = new URL(page, publicUrl.endsWith('/') ? publicUrl : `${publicUrl}/`);
  url.search = new URLSearchParams({ challenge, code, lang: locale }).toString();
  return url.href;
}
