import { randomBytes } from 'node:crypto';
import type { Config } from '../config/config.js';

/** The edges of the squares that are kept of each picture, in pixels. */
export const SIZES = [512, 128] as const;
export type AvatarSize = (typeof SIZES)[number];

/** 128 random bits that identify no one. In hexadecimal, since some file systems ignore case. */
export function newAvatarName(): string {
  return randomBytes(16).toString('hex');
}

/** The key in the storage; with the address of the server or the CDN in front, the address of the picture. */
export function avatarKey(name: string, size: AvatarSize): string {
  return `avatars/${name}-${size}.webp`;
}

/** The key of the file of that name; null if it cannot be a picture's. */
export function keyOfFile(file: string): string | null {
  return /^[0-9a-f]{32}-(?:512|128)\.webp$/.test(file) ? `avatars/${file}` : null;
}

export function avatarUrl(config: Pick<Config, 'publicUrl' | 'storagePublicUrl'>, name: string, size: number): string {
  // The smallest one that need not be enlarged.
  const kept = size <= 128 ? 128 : 512;
  return `${config.storagePublicUrl ?? config.publicUrl}/${avatarKey(name, kept)}`;
}
