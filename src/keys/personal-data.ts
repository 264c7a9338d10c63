import { type PersonalData } from '../platform/personal-data.js';

export const keyData: PersonalData[] = [{ table: 'signing_keys', nothing: 'keys of the server' }];
