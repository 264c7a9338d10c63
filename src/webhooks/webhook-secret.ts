import { createHmac, randomBytes } from 'node:crypto';
import type { SecretNeeds } from '../keys/keys.js';
import { sealedValues } from '../keys/sealed-values.js';

const MARK = 'whsec_';

/** A new secret: 256 bits, as Standard Webhooks 1.0 write it. */
export function newWebhookSecret(): string {
  return MARK + randomBytes(32).toString('base64');
}

/** In another webhook's row it cannot be decrypted. Not hashed, since it is needed to sign. */
export const webhookSecret = sealedValues('webhook', (webhookId: string) => webhookId);

interface Secrets {
  webhookId: string;
  secret: string;
  /** Null once it no longer signs. */
  previousSecret: string | null;
}

/** The header webhook-signature, with a signature for each secret. Throws if none can be decrypted, as with another SERVER_SECRET. */
export function signaturesOf(ctx: SecretNeeds, sealed: Secrets, id: string, timestamp: number, body: string): string {
  const { webhookId, secret, previousSecret } = sealed;
  const signed = [secret, ...(previousSecret ? [previousSecret] : [])].map((one) =>
    signatureOf(webhookSecret.unseal(ctx, webhookId, one), id, timestamp, body),
  );
  return signed.join(' ');
}

function signatureOf(secret: string, id: string, timestamp: number, body: string): string {
  const key = Buffer.from(secret.slice(MARK.length), 'base64');
  return `v1,${createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64')}`;
}
