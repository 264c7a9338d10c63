import type { KeyObject } from 'node:crypto';
import { hmac } from './crypto.js';
import { networkOf } from './network-of.js';

/** The name of a key's counter. The HMAC with `secret` makes it identify no one. */
export function limitName(secret: KeyObject, policy: string, key: string): string {
  const counted = policy.endsWith('.address') ? networkOf(key) : key;
  return `${policy}:${hmac(secret, 'limit', policy, counted).toString('base64url').slice(0, 22)}`;
}

/** The part in braces chooses the slot in a Redis Cluster: the windows of one name are counted together. */
export function windowKey(name: string, period: number): string {
  return `{${name}}:${period / 1000}`;
}

/** Points multiplied by LIMITS_FACTOR. */
export function scaled(points: number, factor: number): number {
  return Math.max(1, Math.round(points * factor));
}
