import { ChallengePurpose } from '../challenges/challenge.entity.js';
import type { Feature } from '../feature.js';
import { reauthenticationCode } from './reauthentication-code.mail.js';
import { StepUpResolver } from './step-up.resolver.js';

export const stepUp: Feature = {
  name: 'step-up',
  resolvers: [StepUpResolver],
  mails: [reauthenticationCode],
  codeMails: [{ purpose: ChallengePurpose.REAUTHENTICATE, mail: reauthenticationCode, link: null }],
};
