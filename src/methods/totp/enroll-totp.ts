import { ChallengeMethod } from '../../challenges/challenge.entity.js';
import type { Needs } from '../../context.js';
import { beginEnrollment, enrollee, type Enrolling } from '../../factors/begin-enrollment.js';
import type { EnrollFactorInput } from '../../factors/enroll-factor.input.js';
import { newId } from '../../platform/ids.js';
import { productName } from '../../platform/mail/product-name.js';
import { PendingTotp } from './totp-enrollment.entity.js';
import { TotpEnrollment } from './totp-enrollment.js';
import { totpSecret } from './totp-secret.js';

/** 160 bits, as RFC 4226 §4 recommends. */
const SECRET_BYTES = 20;
const LIFETIME = 10 * 60_000;

/** Begins to enrol an authenticator app. The secret is pending until a code confirms it. */
export async function enrollTotp(
  ctx: Needs<Enrolling>,
  { challengeToken: of }: EnrollFactorInput,
): Promise<TotpEnrollment> {
  const [{ generateSecret, generateURI }, { renderSVG }, who] = await Promise.all([
    import('otplib'),
    import('uqr'),
    enrollee(ctx, of),
  ]);
  const secret = generateSecret({ length: SECRET_BYTES });
  const uri = generateURI({ secret, issuer: labelled(productName(ctx.config)), label: labelled(who.user.email) });
  const factorId = newId();
  const encrypted = totpSecret.seal(ctx, { userId: who.user.id, factorId }, secret);
  const { challenge, challengeToken } = await beginEnrollment(ctx, who, {
    method: ChallengeMethod.TOTP,
    lifetime: LIFETIME,
    keep: (tx, challenge) => void tx.create(PendingTotp, { id: factorId, challenge, secret: encrypted }),
  });
  const qrCode = `data:image/svg+xml;base64,${Buffer.from(renderSVG(uri, { ecc: 'M', border: 4 })).toString('base64')}`;
  return Object.assign(new TotpEnrollment(), { challengeToken, secret, uri, qrCode, expiresAt: challenge.expiresAt });
}

/** A colon separates the issuer from the account, and apps disagree about an escaped one. */
function labelled(text: string): string {
  return text.replaceAll(/\s*:\s*/g, ' ');
}
