import type { Feature } from '../../feature.js';
import { passwordMethod } from './password.method.js';

export const passwordMethods: Feature = { name: 'password', methods: [passwordMethod] };
