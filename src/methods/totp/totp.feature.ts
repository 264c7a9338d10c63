import type { Feature } from '../../feature.js';
import { totpMethod } from './totp.method.js';
import { TotpResolver } from './totp.resolver.js';
import { PendingTotp } from './totp-enrollment.entity.js';
import { TotpFactor } from './totp-factor.entity.js';
import { totpData } from './personal-data.js';

export const totp: Feature = {
  name: 'totp',
  entities: [TotpFactor, PendingTotp],
  resolvers: [TotpResolver],
  methods: [totpMethod],
  personalData: totpData,
};
