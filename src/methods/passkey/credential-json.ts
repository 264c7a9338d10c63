import { z } from 'zod';

/** More than any authenticator sends. A request's body could hold more, and all of it would be parsed. */
const bytes = (most: number) =>
  z
    .string()
    .min(1)
    .max(Math.ceil((most * 4) / 3))
    .regex(/^[\w-]+$/);

/** Up to 1023 bytes (WebAuthn L3 §7.1, step 25). */
const credentialId = bytes(1023);
const clientDataJSON = bytes(4096);

/** The parts of WebAuthn's AuthenticationResponseJSON that are read. */
export const assertionJson = z
  .object({
    id: credentialId,
    rawId: credentialId,
    type: z.literal('public-key'),
    response: z.object({
      clientDataJSON,
      authenticatorData: bytes(4096),
      signature: bytes(1024),
      userHandle: bytes(64).nullish(),
    }),
  })
  .refine(({ id, rawId }) => id === rawId);

/** The parts of WebAuthn's RegistrationResponseJSON that are read. */
export const registrationJson = z
  .object({
    id: credentialId,
    rawId: credentialId,
    type: z.literal('public-key'),
    response: z.object({
      clientDataJSON,
      attestationObject: bytes(16_384),
      transports: z
        .array(z.string().regex(/^[a-z-]{1,32}$/))
        .max(10)
        .nullish(),
    }),
  })
  .refine(({ id, rawId }) => id === rawId);

export type AssertionJson = z.infer<typeof assertionJson>;

/** The id of the credential. */
export function idOf({ id }: Pick<AssertionJson, 'id'>): Buffer {
  return Buffer.from(id, 'base64url');
}

/** A page of another origin could frame ours and make it sign in unnoticed (WebAuthn L3 §13.4.2). */
export function assertSameOrigin({ response }: { response: { clientDataJSON: string } }): void {
  const { crossOrigin, topOrigin } = JSON.parse(Buffer.from(response.clientDataJSON, 'base64url').toString()) as Record<
    string,
    unknown
  >;
  if ((crossOrigin ?? false) !== false || topOrigin !== undefined) throw new Error('made in a frame of another origin');
}

/** The library's reason to refuse a credential, without the challenges and origins that it quotes. */
export function detailOf(error: unknown): string {
  return error instanceof Error ? (error.message.split('"')[0]?.trim().slice(0, 200) ?? '') : 'not an error';
}
