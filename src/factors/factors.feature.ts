import type { Feature } from '../feature.js';
import { factorAdded } from './factor-added.mail.js';
import { factorRemoved } from './factor-removed.mail.js';
import { FactorsResolver } from './factors.resolver.js';
import { factorsReset } from './factors-reset.mail.js';

/** What all kinds of factors have in common. Each method that is enrolled has its own feature. */
export const factors: Feature = {
  name: 'factors',
  resolvers: [FactorsResolver],
  mails: [factorAdded, factorRemoved, factorsReset],
};
