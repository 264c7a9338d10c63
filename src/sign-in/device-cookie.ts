import type { Needs } from '../context.js';
import { after } from '../platform/clock.js';
import { hmac, randomToken, sameBytes } from '../platform/crypto.js';
import type { Account } from './account.js';

/** The longest that browsers keep a cookie. */
const LIFETIME = 400 * 86_400_000;
/** The most users of one device. */
const MAX_PEOPLE = 5;

/** A user, and since when they have their password: a new password makes every device unknown, including a thief's. */
interface DeviceOwner {
  userId: string;
  passwordSince: Date | null;
}

/** The owner whose device it might be. */
export function deviceOwnerOf({ user, password }: Pick<Account, 'user' | 'password'>): DeviceOwner {
  return { userId: user.id, passwordSince: password?.changedAt ?? null };
}

type DeviceNeeds = Needs<'keys' | 'request'>;

/**
 * The id of the device of this request, if the user has signed in on it before; else null. The cookie shows only that: it authenticates no
 * one, but exempts the owner from the delays that an attacker's guesses cause.
 */
export function knownDevice(ctx: DeviceNeeds, owner: DeviceOwner): string | null {
  const { device, tags } = readCookie(ctx);
  if (!device) return null;
  const expected = tagsOf(ctx, device, owner).map((tag) => Buffer.from(tag));
  return tags.some((tag) => expected.some((one) => sameBytes(Buffer.from(tag), one))) ? device : null;
}

/**
 * The id of the device for `trustDevice`, a new one if it has none yet; null if the cookie must not be used. A sibling host may have
 * planted the id, and so know it: a device is trusted only together with the user's tag (`knownDevice`).
 */
export function deviceToTrust(ctx: DeviceNeeds): string | null {
  const { foreignOrigin, disputedCookies } = ctx.request;
  if (foreignOrigin || disputedCookies.includes('device')) return null;
  return readCookie(ctx).device ?? randomToken(16);
}

/** Call it after a sign-in, with the id that `deviceToTrust` returned in it. */
export function rememberDevice(
  ctx: DeviceNeeds & Needs<'clock' | 'setDeviceCookie'>,
  owner: DeviceOwner,
  given: string | null = null,
): void {
  const { device = given ?? randomToken(16), tags } = readCookie(ctx);
  const [own = '', ...former] = tagsOf(ctx, device, owner);
  const others = tags.filter((tag) => tag !== own && !former.includes(tag));
  const value = [device, own, ...others].slice(0, 1 + MAX_PEOPLE).join('.');
  ctx.setDeviceCookie({ value, expiresAt: after(ctx.clock.now(), LIFETIME) });
}

/** `<device>.<tag>.<tag>…`: one tag for each user who has signed in there; only the server knows whom a tag names. */
function readCookie({ request }: Needs<'request'>): { device?: string; tags: string[] } {
  const { deviceCookie, foreignOrigin } = request;
  if (!deviceCookie || foreignOrigin || !/^[\w-]{22}(\.[\w-]{22}){0,5}$/.test(deviceCookie)) return { tags: [] };
  const [device = '', ...tags] = deviceCookie.split('.');
  return { device, tags };
}

/**
 * 132 bits of an HMAC: a tag for another account cannot be guessed. The first is written now, the others are from before SERVER_SECRET was replaced.
 */
function tagsOf({ keys }: Needs<'keys'>, device: string, { userId, passwordSince }: DeviceOwner): string[] {
  const since = String(passwordSince?.getTime() ?? 0);
  return keys
    .secretsFor('known-device')
    .map((key) => hmac(key, device, userId, since).toString('base64url').slice(0, 22));
}
