/** The accepted pictures. */
export const ACCEPTED = {
  types: ['image/jpeg', 'image/png', 'image/webp', 'image/gif', 'image/avif'],
  maxBytes: 5 * 1024 * 1024,
  /** A decoder needs four bytes for each pixel. */
  maxPixels: 40_000_000,
} as const;

/** For refusals. */
export const WHAT_IS_ACCEPTED = 'Send a JPEG, PNG, WebP, GIF or AVIF picture of at most 5 MB and 40 million pixels.';
