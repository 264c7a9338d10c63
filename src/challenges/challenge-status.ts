import { GraphQLDateTime as DateTime } from 'graphql-scalars';
import { Field, ObjectType, registerEnumType } from 'type-graphql';
import { ChallengePurpose } from './challenge.entity.js';

export enum ChallengeState {
  PENDING = 'PENDING',
  ANSWERED = 'ANSWERED',
  EXPIRED = 'EXPIRED',
}
registerEnumType(ChallengeState, {
  name: 'ChallengeState',
  description: 'The state of a challenge.',
  valuesConfig: {
    PENDING: { description: 'It has not expired, and no answer is known.' },
    ANSWERED: { description: 'It was answered, by this client or through the link in its mail.' },
    EXPIRED: {
      description: 'It can no longer be answered, or there is no such challenge. Begin again to get a new one.',
    },
  },
});

@ObjectType({ description: 'The state of a challenge, and what answering it does.' })
export class ChallengeStatus {
  @Field(() => ChallengeState, { description: 'The state of the challenge.' })
  state!: ChallengeState;

  @Field(() => ChallengePurpose, {
    description: 'What answering the challenge does. VERIFY_EMAIL if there is no such challenge.',
  })
  purpose!: ChallengePurpose;

  @Field(() => DateTime, {
    description: 'When the challenge expires or has expired. The current time if there is no such challenge.',
  })
  expiresAt!: Date;
}
