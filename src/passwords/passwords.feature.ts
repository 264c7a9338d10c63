import type { Feature } from '../feature.js';
import { Password } from './password.entity.js';

export const passwords: Feature = { name: 'passwords', entities: [Password] };
