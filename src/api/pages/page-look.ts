import type { Branding } from '../../platform/branding.js';
import { sha256 } from '../../platform/crypto.js';
import type { Texts } from '../../platform/texts.js';
import { pageStyle } from './page-style.js';

/** The look and the phrases of all pages of one server. Made once, from the settings. */
export interface PageLook {
  branding: Pick<Branding, 'name' | 'logo' | 'support'>;
  texts: Texts;
  style: string;
  /** Where pictures may come from (CSP). */
  images: string;
  /** The strictest policy that the pages can live with. */
  policy: string;
}

export function pageLook(branding: Branding, texts: Texts): PageLook {
  const style = pageStyle(branding.palette);
  const images = branding.logo === undefined ? 'data:' : `data: ${new URL(branding.logo).origin}`;
  const policy = [
    "default-src 'none'",
    `style-src 'sha256-${sha256(style).toString('base64')}'`,
    `img-src ${images}`,
    "form-action 'self'",
    "frame-ancestors 'none'",
    "base-uri 'none'",
  ].join('; ');
  return { branding, texts, style, images, policy };
}
