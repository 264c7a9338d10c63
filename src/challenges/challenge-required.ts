import { GraphQLDateTime as DateTime, GraphQLJSONObject as JSONObject } from 'graphql-scalars';
import { Field, Int, ObjectType } from 'type-graphql';
import { type Challenge, ChallengeMethod, ChallengePurpose } from './challenge.entity.js';
import { ATTEMPTS } from './issue-challenge.js';

@ObjectType({
  description: `
    A challenge that must be answered before the operation is complete. Ask the user for the answer of one of its methods, and pass
    it with the challengeToken to the operation that \`purpose\` names. With EMAIL_CODE a one-time code was sent by e-mail.
    A challenge allows ${ATTEMPTS} wrong answers. It can be answered once, until expiresAt.
    A newer challenge for the same purpose usually replaces it.
  `,
})
export class ChallengeRequired {
  @Field(() => String, {
    description: 'Opaque. Identifies this challenge when you answer it or ask for a new code. Do not log it.',
  })
  challengeToken!: string;

  @Field(() => ChallengePurpose, { description: 'What answering the challenge does.' })
  purpose!: ChallengePurpose;

  @Field(() => [ChallengeMethod], {
    description:
      'The methods by which the challenge can be answered, with ENROLL_FACTOR those that can be enrolled. Any one of them is enough.',
  })
  methods!: ChallengeMethod[];

  @Field(() => String, {
    nullable: true,
    description: 'The masked address the code is sent to, such as a•••@example.com. Null for a method that sends none.',
  })
  sentTo!: string | null;

  @Field(() => Int, {
    nullable: true,
    description:
      'The number of digits of the code that was mailed (OTP_LENGTH, 7 by default). Null where none was: an authenticator app shows six.',
  })
  codeLength!: number | null;

  @Field(() => DateTime, {
    description: 'When the challenge expires (OTP_LIFETIME, 10m by default). A new code from resendOtp extends it.',
  })
  expiresAt!: Date;

  @Field(() => DateTime, {
    nullable: true,
    description:
      'The earliest time at which resendOtp sends a new code (OTP_COOLDOWN, 30s by default). Null for a method that sends none.',
  })
  resendAfter!: Date | null;

  @Field(() => JSONObject, {
    nullable: true,
    description: `
      With PASSKEY among the methods: the PublicKeyCredentialRequestOptionsJSON of WebAuthn, for
      PublicKeyCredential.parseRequestOptionsFromJSON(). Null without.
    `,
  })
  passkeyOptions?: object | null;
}

type Described = Pick<Challenge, 'purpose' | 'methods' | 'expiresAt' | 'email' | 'resendAfter'>;

export function challengeRequired(challenge: Described, challengeToken: string, codeLength: number): ChallengeRequired {
  const { purpose, methods, expiresAt } = challenge;
  const sent = methods.includes(ChallengeMethod.EMAIL_CODE);
  return Object.assign(new ChallengeRequired(), {
    challengeToken,
    purpose,
    methods,
    sentTo: sent ? mask(challenge.email) : null,
    codeLength: sent ? codeLength : null,
    expiresAt,
    resendAfter: sent ? challenge.resendAfter : null,
  });
}

/** Enough for its owner to recognise the mailbox. */
function mask(email: string): string {
  const at = email.lastIndexOf('@');
  return `${email.slice(0, 1)}•••${email.slice(at)}`;
}
