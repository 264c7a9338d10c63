import type { Needs } from '../context.js';
import { decryptWithAny, encrypt } from '../platform/crypto.js';

interface Sealed {
  streamId: string;
  endpointUrl: string;
  authorizationHeader: string | null;
}

/** Encrypted for this stream and address: in another row, or with another address, it cannot be decrypted and is not sent. */
export function sealHeader({ keys }: Needs<'keys'>, streamId: string, endpointUrl: string, header: string): string {
  return encrypt(keys.secretFor('event-stream'), header, `${streamId}/${endpointUrl}`);
}

/** Throws if it was encrypted with another key, for another stream or another address. */
export function unsealHeader({ keys }: Needs<'keys'>, { streamId, endpointUrl, authorizationHeader }: Sealed) {
  if (authorizationHeader === null) return null;
  return decryptWithAny(keys.secretsFor('event-stream'), authorizationHeader, `${streamId}/${endpointUrl}`);
}
