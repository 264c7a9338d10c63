import type { Feature } from '../feature.js';
import { Password } from './password.entity.js';
import { UserPasswordResolver } from './user-password.resolver.js';

export const passwords: Feature = { name: 'passwords', entities: [Password], resolvers: [UserPasswordResolver] };
