import { loadTexts } from '../../api/text-sections.js';
import { ConfigError } from '../../config/config.js';
import { FEATURES } from '../../features.js';
import { type CheckNeeds, type Found, NO_START, problem } from './finding.js';

export async function checkTexts({ config }: CheckNeeds): Promise<Found[]> {
  try {
    loadTexts(config, FEATURES);
    return [];
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.problems.map((sentence) =>
      problem(`TEXTS_DIR: ${sentence.replace(/^TEXTS_DIR: /, '')}`, NO_START, 'Correct the file: docs/branding.md.'),
    );
  }
}
