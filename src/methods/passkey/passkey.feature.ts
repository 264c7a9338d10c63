import type { Feature } from '../../feature.js';
import { passkeyCounter } from './passkey-counter.mail.js';
import { PasskeyHandle } from './passkey-handle.entity.js';
import { Passkey } from './passkey.entity.js';
import { passkeyMethod } from './passkey.method.js';
import { PasskeyResolver } from './passkey.resolver.js';
import { passkeyData } from './personal-data.js';

export const passkey: Feature = {
  name: 'passkey',
  entities: [Passkey, PasskeyHandle],
  resolvers: [PasskeyResolver],
  methods: [passkeyMethod],
  mails: [passkeyCounter],
  personalData: passkeyData,
};
