import { loadTexts } from '../../src/api/text-sections.js';
import { FEATURES } from '../../src/features.js';

/** What the product says where no operator has written anything. */
export const texts = loadTexts({ textsDir: undefined }, FEATURES);
