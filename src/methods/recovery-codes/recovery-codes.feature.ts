import type { Feature } from '../../feature.js';
import { recoveryCodeMethod } from './recovery-code.method.js';
import { RecoveryCode } from './recovery-code.entity.js';
import { recoveryCodeUsed } from './recovery-code-used.mail.js';
import { recoveryCodesGenerated } from './recovery-codes-generated.mail.js';
import { RecoveryCodesResolver } from './recovery-codes.resolver.js';
import { recoveryCodeData } from './personal-data.js';

export const recoveryCodes: Feature = {
  name: 'recovery-codes',
  entities: [RecoveryCode],
  resolvers: [RecoveryCodesResolver],
  methods: [recoveryCodeMethod],
  mails: [recoveryCodeUsed, recoveryCodesGenerated],
  personalData: recoveryCodeData,
};
