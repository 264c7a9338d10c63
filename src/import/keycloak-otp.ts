import { z } from 'zod';

const credentials = z.array(z.looseObject({ type: z.string() })).nullish();
const json = z.string().transform((text): unknown => JSON.parse(text));
const otp = z.object({
  userLabel: z.string().nullish(),
  secretData: json.pipe(z.object({ value: z.string() })),
  credentialData: json.pipe(
    z.object({
      subType: z.string(),
      algorithm: z.string(),
      digits: z.int(),
      period: z.int(),
      secretEncoding: z.string().nullish(),
    }),
  ),
});

/** The authenticator apps among the credentials of a Keycloak user. What is not understood is passed on as it is, and becomes a warning. */
export function keycloakTotp(exported: unknown): unknown[] {
  const found = credentials.safeParse(exported).data?.filter(({ type }) => type === 'otp') ?? [];
  return found.map((credential) => {
    try {
      const { userLabel, secretData, credentialData } = otp.parse(credential);
      const { subType, algorithm, digits, period, secretEncoding } = credentialData;
      return {
        secret: secretEncoding === 'BASE32' ? secretData.value : toBase32(Buffer.from(secretData.value, 'utf8')),
        algorithm: subType === 'totp' && algorithm === 'HmacSHA1' ? 'SHA1' : subType,
        digits,
        period,
        name: userLabel || null,
      };
    } catch {
      return {};
    }
  });
}

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** Base32 (RFC 4648) without padding. Keycloak uses the bytes of a random text as the secret. */
function toBase32(bytes: Buffer): string {
  const bits = Array.from(bytes, (byte) => byte.toString(2).padStart(8, '0')).join('');
  return (bits.match(/.{1,5}/g) ?? []).map((five) => ALPHABET[parseInt(five.padEnd(5, '0'), 2)]).join('');
}
