import jwt from 'jsonwebtoken';
import type { Claims, OpenIdKind } from '../kind.js';

const ISSUER = 'https://appleid.apple.com';
const LIFETIME = 300; // seconds of a client secret; Apple allows six months

export const apple: OpenIdKind = {
  protocol: 'openid',
  issuer: ({ issuer }) => issuer ?? ISSUER,
  // Both occur for one account, so the identity is stored under the metadata's issuer.
  signsAs: ({ iss }, issuer) => (iss === 'https://account.apple.com' ? iss : issuer),
  scopes: ['openid', 'email', 'name'],
  // Apple requires it if the address or the name is requested.
  parameters: { response_mode: 'form_post' },
  authenticate: 'secret-in-body',
  // Created for each exchange, so that none expires.
  clientSecret({ teamId, keyId, privateKey, clientId, issuer }, now) {
    const iat = Math.floor(now.getTime() / 1000);
    const claims = { iss: teamId, iat, exp: iat + LIFETIME, aud: issuer ?? ISSUER, sub: clientId };
    return jwt.sign(claims, privateKey ?? '', { algorithm: 'ES256', keyid: keyId ?? '' });
  },
  translate: (claims, answer) => ({ ...claims, ...nameIn(answer.get('user')) }),
  domains: ['privaterelay.appleid.com', 'icloud.com', 'me.com', 'mac.com'],
};

/** The name comes once, at the first sign-in, beside the code and unsigned: it is only displayed. */
function nameIn(user: string | null): Claims {
  try {
    const { name } = JSON.parse(user ?? '') as { name?: { firstName?: unknown; lastName?: unknown } };
    return { given_name: name?.firstName, family_name: name?.lastName };
  } catch {
    return {};
  }
}
