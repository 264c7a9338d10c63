import { z } from 'zod';

const nested = <Shape extends z.ZodType>(shape: Shape) =>
  z
    .string()
    .transform((json, context): unknown => {
      try {
        return JSON.parse(json);
      } catch {
        context.addIssue({ code: 'custom', message: 'This is not JSON.' });
        return z.NEVER;
      }
    })
    .pipe(shape);
const only = z.tuple([z.string()]).transform(([value]) => value);

const credentials = z.array(z.looseObject({ type: z.string() })).nullish();
const password = z.object({
  secretData: nested(z.object({ value: z.string(), salt: z.string() })),
  credentialData: nested(
    z.object({
      algorithm: z.string(),
      hashIterations: z.int(),
      additionalParameters: z
        .object({ type: only, version: only, memory: only, parallelism: only })
        .partial()
        .nullish(),
    }),
  ),
});

/**
 * The password among the credentials of a Keycloak user: PBKDF2 under three digests, or argon2.
 *
 * @throws ZodError if the credentials do not have the form of Keycloak's export
 */
export function keycloakHash(exported: unknown): unknown {
  const found = credentials.parse(exported)?.find(({ type }) => type === 'password');
  if (!found) return undefined;
  const { secretData: secret, credentialData: cost } = password.parse(found);
  const [pbkdf2, digest = 'sha1'] = /^pbkdf2(?:-(sha256|sha512))?$/.exec(cost.algorithm) ?? [];
  if (pbkdf2) {
    return { algorithm: 'pbkdf2', digest, iterations: cost.hashIterations, salt: secret.salt, hash: secret.value };
  }
  if (cost.algorithm !== 'argon2') return `keycloak-${cost.algorithm}`;
  const { type = 'id', version = '1.3', memory, parallelism } = cost.additionalParameters ?? {};
  const setting = `v=${version === '1.0' ? 16 : 19}$m=${memory},t=${cost.hashIterations},p=${parallelism}`;
  const [salt, hash] = [secret.salt, secret.value].map((base64) => base64.replace(/=+$/, ''));
  return { algorithm: 'argon2', hash: `$argon2${type}$${setting}$${salt}$${hash}` };
}
