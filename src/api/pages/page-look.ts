import type { Branding } from '../../platform/branding.js';
import { sha256 } from '../../platform/crypto.js';
import { pageStyle } from './page-style.js';

/** What all pages of one server look like. Made once: it follows from the settings. */
export interface PageLook {
  branding: Pick<Branding, 'name' | 'logo' | 'support'>;
  style: string;
  /** Where pictures may come from (CSP). */
  images: string;
  /** The strictest policy that the pages can live with. */
  policy: string;
}

export function pageLook(branding: Branding): PageLook {
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
  return { branding, style, images, policy };
}
