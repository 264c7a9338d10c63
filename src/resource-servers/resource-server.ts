import type { Config } from '../config/config.js';
import type { RouteRequest } from '../feature.js';
import { sameBytes, sha256 } from '../platform/crypto.js';

export const CREDENTIALS = 'Send the credentials of a service in RESOURCE_SERVERS by HTTP Basic.';

/** The name of the service whose credentials (RESOURCE_SERVERS) came by HTTP Basic; null if there are none, or wrong ones. */
export function resourceServerOf(
  { resourceServers }: Pick<Config, 'resourceServers'>,
  { headers }: Pick<RouteRequest, 'headers'>,
): string | null {
  const [, encoded] = /^basic +([\w+/=-]+) *$/i.exec(headers.authorization ?? '') ?? [];
  if (!encoded) return null;
  const given = sha256(Buffer.from(encoded, 'base64'));
  // Hashes are compared, so that the time does not reveal how close a guess was.
  return resourceServers.find(({ name, secret }) => sameBytes(given, sha256(`${name}:${secret}`)))?.name ?? null;
}
