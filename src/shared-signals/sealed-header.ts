import { sealedValues } from '../keys/sealed-values.js';

type Receiver = Record<'streamId' | 'endpointUrl', string>;

/** The authorization_header of a stream. In another row, or with another address, it cannot be decrypted and is not sent. */
export const sealedHeader = sealedValues('event-stream', (of: Receiver) => `${of.streamId}/${of.endpointUrl}`);
