import { createHmac } from 'node:crypto';
import type { RequestOptions } from './client.js';
import type { TestGateway } from './gateway.js';

const STEP = 30_000;

/** An authenticator app that a user has enrolled. */
export interface Authenticator {
  factorId: string;
  recoveryCodes: string[];
  /** A code that was not used before: each step counts once. The clock is moved on where the present codes are used up. */
  code(): string;
}

const ENROLL_TOTP = 'mutation { enrollTotp { challengeToken secret } }';
const CONFIRM_TOTP = /* GraphQL */ `
  mutation ($input: ConfirmTotpInput!) {
    confirmTotp(input: $input) {
      factor {
        id
      }
      recoveryCodes
    }
  }
`;

/** Enrols an authenticator app in a session that was authenticated recently. */
export async function enrollAuthenticator(gateway: TestGateway, token: string): Promise<Authenticator> {
  const options: RequestOptions = { token };
  const { enrollTotp } = await gateway.ask(ENROLL_TOTP, {}, options);
  const code = codesOf(gateway, enrollTotp.secret);
  const input = { challengeToken: enrollTotp.challengeToken, code: code() };
  const { confirmTotp } = await gateway.ask(CONFIRM_TOTP, { input }, options);
  return { factorId: confirmTotp.factor.id, recoveryCodes: confirmTotp.recoveryCodes ?? [], code };
}

function codesOf({ clock }: TestGateway, secret: string): () => string {
  const key = fromBase32(secret);
  let last = 0;
  return () => {
    const present = () => Math.floor(clock.now().getTime() / STEP);
    last = Math.max(present(), last + 1);
    // The step after the present one is accepted too.
    while (last > present() + 1) clock.advance(STEP);
    return hotp(key, last);
  };
}

/** RFC 4226, apart from the library that the product uses. */
function hotp(key: Buffer, counter: number): string {
  const message = Buffer.alloc(8);
  message.writeBigUInt64BE(BigInt(counter));
  const digest = createHmac('sha1', key).update(message).digest();
  const offset = digest[19]! & 15;
  return String((digest.readUInt32BE(offset) & 0x7fffffff) % 1_000_000).padStart(6, '0');
}

function fromBase32(text: string): Buffer {
  const bits = [...text].map((letter) =>
    'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(letter).toString(2).padStart(5, '0'),
  );
  const bytes = bits.join('').match(/.{8}/g) ?? [];
  return Buffer.from(bytes.map((byte) => Number.parseInt(byte, 2)));
}
