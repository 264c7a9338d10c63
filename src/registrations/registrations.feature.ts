import type { Feature } from '../feature.js';
import { PendingRegistration } from './pending-registration.entity.js';
import { registrationData } from './personal-data.js';

export const registrations: Feature = {
  name: 'registrations',
  entities: [PendingRegistration],
  // Never verified, so nothing else refers to it.
  retention: [{ table: 'pending_registrations', where: 'updated_at < ?', after: 30 * 86_400_000 }],
  personalData: registrationData,
};
