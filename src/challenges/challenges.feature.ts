import type { Feature } from '../feature.js';
import { Challenge } from './challenge.entity.js';
import { ChallengesResolver } from './challenges.resolver.js';
import { challengeData } from './personal-data.js';

export const challenges: Feature = {
  name: 'challenges',
  entities: [Challenge],
  resolvers: [ChallengesResolver],
  retention: [{ table: 'challenges', where: 'expires_at < ?', after: 86_400_000 }],
  personalData: challengeData,
};
