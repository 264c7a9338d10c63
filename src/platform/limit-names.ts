import type { KeyObject } from 'node:crypto';
import { hmac } from './crypto.js';
import { networkOf } from './network-of.js';

/** Under what is counted for a key. `secret` makes it of a kind that names no person. */
export function limitName(secret: KeyObject, policy: string, key: string): string {
  const counted = policy.endsWith('.address') ? networkOf(key) : key;
  return `${policy}:${hmac(secret, 'limit', policy, counted).toString('base64url').slice(0, 22)}`;
}

/** In braces: the part by which a Redis Cluster chooses the slot. The windows of one name are counted together. */
export function windowKey(name: string, period: number): string {
  return `{${name}}:${period / 1000}`;
}

/** Multiplied by LIMITS_FACTOR. */
export function scaled(points: number, factor: number): number {
  return Math.max(1, Math.round(points * factor));
}
