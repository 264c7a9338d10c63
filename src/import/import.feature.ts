import type { Feature } from '../feature.js';
import { ExternalId } from './external-id.entity.js';
import { UserImport } from './user-import.entity.js';
import { importData } from './personal-data.js';

export const imports: Feature = { name: 'import', entities: [UserImport, ExternalId], personalData: importData };
