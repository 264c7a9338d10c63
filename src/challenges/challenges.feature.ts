import type { Feature } from '../feature.js';
import { Challenge } from './challenge.entity.js';
import { ChallengesResolver } from './challenges.resolver.js';
import { challengeData } from './personal-data.js';
import { secondFactorFailed } from './second-factor-failed.mail.js';

export const challenges: Feature = {
  name: 'challenges',
  entities: [Challenge],
  resolvers: [ChallengesResolver],
  mails: [secondFactorFailed],
  retention: [{ table: 'challenges', where: 'expires_at < ?', after: 86_400_000 }],
  personalData: challengeData,
};
