import { sealedValues } from '../../keys/sealed-values.js';

/** The base32 secret of a factor: a row that is copied to another user is useless. */
export const totpSecret = sealedValues(
  'totp',
  (of: Record<'userId' | 'factorId', string>) => `${of.userId}/${of.factorId}`,
);
