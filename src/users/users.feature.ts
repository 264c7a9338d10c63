import type { Feature } from '../feature.js';
import { LastLogin } from './last-login.entity.js';
import { User } from './user.entity.js';
import { UsersResolver } from './users.resolver.js';
import { userData } from './personal-data.js';

export const users: Feature = {
  name: 'users',
  entities: [User, LastLogin],
  resolvers: [UsersResolver],
  personalData: userData,
};
