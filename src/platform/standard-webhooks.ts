import { createHmac, createSecretKey, type KeyObject } from 'node:crypto';

/** Parses a secret of Standard Webhooks 1.0: `whsec_` and 24 to 64 bytes in base64. Undefined if it is none. */
export function readWebhookSecret(text: string): KeyObject | undefined {
  const [, base64 = ''] = /^whsec_([A-Za-z0-9+/]+={0,2})$/.exec(text) ?? [];
  const bytes = Buffer.from(base64, 'base64');
  return bytes.length >= 24 && bytes.length <= 64 ? createSecretKey(bytes) : undefined;
}

interface Message {
  /** The same for every attempt; without a dot. */
  id: string;
  /** Of this attempt. */
  at: Date;
  /** The bytes that are sent. */
  body: string;
}

/** The headers that sign a message: one signature for each secret, so that a receiver can switch to a new one (Standard Webhooks 1.0). */
export function webhookHeaders(secrets: readonly KeyObject[], { id, at, body }: Message): Record<string, string> {
  const timestamp = String(Math.floor(at.getTime() / 1000));
  const signatures = secrets.map((secret) => {
    const signature = createHmac('sha256', secret).update(`${id}.${timestamp}.${body}`).digest('base64');
    return `v1,${signature}`;
  });
  return { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signatures.join(' ') };
}
