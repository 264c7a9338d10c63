import { Field, ID, InputType } from 'type-graphql';
import { z } from 'zod';
import { TOKEN_DELIVERY, TokenDelivery } from '../../sessions/signed-in.js';

const CODE_CHALLENGE =
  'The PKCE challenge (RFC 7636, S256): base64url of the SHA-256 of a verifier that only this client has, 43 characters.';

/** The application must get back exactly what it sent: PostgreSQL cannot store NUL, and a URL cannot hold half of a surrogate pair. */
const stateField = z
  .string()
  .refine((state) => Buffer.byteLength(state) <= 1024, 'A state has at most 1024 bytes.')
  .refine((state) => !/[\p{Cc}\p{Cs}]/u.test(state), 'A state has no control characters.');

@InputType({ description: 'The sign-in with an identity provider, or the link to one, that begins.' })
export class StartProviderSignInInput {
  static readonly shape = z.object({
    provider: z.string().min(1, 'A provider has an id.').max(64, 'There is no such provider.'),
    redirectUri: z.string().max(2000, 'A redirect URI has at most 2000 characters.'),
    codeChallenge: z
      .string()
      .regex(/^[\w-]{43}$/, 'A code challenge is the base64url SHA-256 of the verifier: 43 characters, without =.'),
    state: stateField.nullish(),
  });

  @Field(() => ID, { description: 'The id of the provider: see authSettings.identityProviders.' })
  provider!: string;

  @Field(() => String, { description: 'Where the browser returns to: one of REDIRECT_URIS, to the letter.' })
  redirectUri!: string;

  @Field(() => String, { description: CODE_CHALLENGE })
  codeChallenge!: string;

  @Field(() => String, {
    nullable: true,
    description: 'A value of the application, up to 1024 bytes. It comes back unchanged in the query.',
  })
  state?: string | null;
}

@InputType({ description: 'The code that came back to the redirect URI, and the PKCE verifier.' })
export class CompleteProviderSignInInput {
  static readonly shape = z.object({
    code: z.string().min(1, 'A code is not empty.').max(128, 'This is not a code: it is too long.'),
    codeVerifier: z
      .string()
      .regex(/^[\w.~-]{43,128}$/, 'A code verifier has 43 to 128 of A-Z, a-z, 0-9, -, ., _ and ~ (RFC 7636).'),
  });

  @Field(() => String, { description: 'The code from the query. It works once, for a minute.' })
  code!: string;

  @Field(() => String, { description: 'The PKCE verifier. Its codeChallenge was given when the sign-in was started.' })
  codeVerifier!: string;

  @Field(() => TokenDelivery, { nullable: true, defaultValue: TokenDelivery.BODY, description: TOKEN_DELIVERY })
  tokenDelivery?: TokenDelivery | null;
}

@InputType({ description: 'Identifies an identity.' })
export class IdentityIdInput {
  @Field(() => ID, { description: 'The id of the identity.' })
  identityId!: string;
}
