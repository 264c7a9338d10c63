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
  description: 'What became of a challenge.',
  valuesConfig: {
    PENDING: { description: 'It has not expired, and no answer is known of.' },
    ANSWERED: { description: 'It was answered: by this client, or where the link of its mail was opened.' },
    EXPIRED: {
      description: 'It can no longer be answered, or there is no such challenge. Begin again to get a new one.',
    },
  },
});

@ObjectType({ description: 'What became of a challenge.' })
export class ChallengeStatus {
  @Field(() => ChallengeState, { description: 'What became of it.' })
  state!: ChallengeState;

  @Field(() => ChallengePurpose, {
    description: 'What answering the challenge does. VERIFY_EMAIL where there is no such challenge.',
  })
  purpose!: ChallengePurpose;

  @Field(() => DateTime, {
    description: 'When the challenge expires or has expired. The present time where there is no such challenge.',
  })
  expiresAt!: Date;
}
