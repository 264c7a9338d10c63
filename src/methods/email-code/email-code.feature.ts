import type { Feature } from '../../feature.js';
import { emailCodeMethod } from './email-code.method.js';

export const emailCode: Feature = { name: 'email-code', methods: [emailCodeMethod] };
