import { sealedValues } from '../keys/sealed-values.js';

/** The key in the storage. It exists only as long as a row has this id and is ready: see delete-data-export.ts. */
export function fileOf(id: string): string {
  return `exports/${id}.bin`;
}

/** For its user and its export: a file that was put in another's place cannot be decrypted. */
export const sealedFile = sealedValues('data-export', (of: Record<'id' | 'userId', string>) => `${of.id} ${of.userId}`);
