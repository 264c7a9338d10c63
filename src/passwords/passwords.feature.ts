import type { Feature } from '../feature.js';
import { Password } from './password.entity.js';
import { UserPasswordResolver } from './user-password.resolver.js';
import { passwordData } from './personal-data.js';

export const passwords: Feature = {
  name: 'passwords',
  entities: [Password],
  resolvers: [UserPasswordResolver],
  personalData: passwordData,
};
