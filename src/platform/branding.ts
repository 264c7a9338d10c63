import type { Config } from '../config/config.js';
import { productName } from './mail/product-name.js';
import { type Palette, paletteOf } from './palette.js';

/** The branding of mails and pages, from the operator's settings, the same for every reader. */
export interface Branding {
  name: string;
  /** The address of a picture. */
  logo?: string | undefined;
  /** Where users ask for help. */
  support?: { address: string; href: string } | undefined;
  palette: Palette;
}

export type BrandingSettings = Pick<
  Config,
  'mailFrom' | 'publicUrl' | 'serviceName' | 'serviceLogoUrl' | 'serviceColor' | 'supportEmail'
>;

export function brandingOf(config: BrandingSettings): Branding {
  const { serviceLogoUrl: logo, serviceColor, supportEmail: address } = config;
  return {
    name: productName(config),
    logo,
    support: address === undefined ? undefined : { address, href: mailto(address) },
    palette: paletteOf(serviceColor),
  };
}

/** A ? or & in the local part would begin the header fields of a mailto link (RFC 6068 §2). */
function mailto(address: string): string {
  const at = address.lastIndexOf('@');
  return `mailto:${encodeURIComponent(address.slice(0, at))}${address.slice(at)}`;
}
