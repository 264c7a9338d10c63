import { displayNameField } from '../users/user-fields.js';

export const FACTOR_NAME =
  'A name by which the user knows the factor: 1 to 100 characters, without control characters.';
export const ENROLLMENT_TOKEN = 'The challengeToken of the enrolment.';

export const factorNameField = displayNameField;
