import { GraphQLDateTime as DateTime } from 'graphql-scalars';
import { Field, Int, ObjectType } from 'type-graphql';
import { type Challenge, ChallengeMethod, ChallengePurpose } from './challenge.entity.js';

@ObjectType({ description: 'One more thing to prove.' })
export class ChallengeRequired {
  @Field(() => String, { description: 'Opaque; names this challenge in the next call.' })
  challengeToken!: string;

  @Field(() => ChallengePurpose)
  purpose!: ChallengePurpose;

  @Field(() => [ChallengeMethod], { description: 'The ways in which this challenge can be answered.' })
  methods!: ChallengeMethod[];

  @Field(() => String, { nullable: true, description: 'Where a code went, masked: a•••@example.com.' })
  sentTo!: string | null;

  @Field(() => Int, { nullable: true })
  codeLength!: number | null;

  @Field(() => DateTime)
  expiresAt!: Date;

  @Field(() => DateTime, { nullable: true, description: 'When a new code may be asked for.' })
  resendAfter!: Date | null;
}

export function challengeRequired(challenge: Challenge, challengeToken: string, codeLength: number): ChallengeRequired {
  return Object.assign(new ChallengeRequired(), {
    challengeToken,
    purpose: challenge.purpose,
    methods: [ChallengeMethod.EMAIL_CODE],
    sentTo: mask(challenge.email),
    codeLength,
    expiresAt: challenge.expiresAt,
    resendAfter: challenge.resendAfter,
  });
}

/** Enough for its owner to know the mailbox. */
function mask(email: string): string {
  const at = email.lastIndexOf('@');
  return `${email.slice(0, 1)}•••${email.slice(at)}`;
}
