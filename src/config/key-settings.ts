import { existsSync } from 'node:fs';

/** ES256 costs a tenth of the processor time. Some verifiers support RS256 alone. */
export type Algorithm = 'ES256' | 'RS256';

interface Given {
  nodeEnv: 'development' | 'test' | 'production';
  keysDir?: string | undefined;
  serverSecret?: readonly string[] | undefined;
  keyRotation?: number | undefined;
  signingAlgorithm?: Algorithm | undefined;
}

export interface KeySettings {
  /** The folder of the signing keys; null where they are in PostgreSQL. */
  keysDir: string | null;
  /** Infinite if they do not rotate by themselves. */
  keyRotation: number;
  /** For keys in PostgreSQL that are created from now on. */
  signingAlgorithm: Algorithm;
}

const DAY = 86_400_000;

export function keySettings(given: Given): KeySettings {
  const { keyRotation = 30 * DAY, signingAlgorithm = 'ES256' } = given;
  return { keysDir: keysFolder(given), keyRotation, signingAlgorithm };
}

/** Existing files stay in use. */
function keysFolder({ keysDir, serverSecret, nodeEnv }: Given): string | null {
  if (keysDir !== undefined) return keysDir === 'off' ? null : keysDir;
  if (existsSync('keys/jwt.key')) return 'keys';
  return serverSecret || nodeEnv === 'production' ? null : 'keys';
}

/** A sentence for each wrong setting of the keys. */
export function validateKeys(given: Given): string[] {
  const { serverSecret, keyRotation, signingAlgorithm } = given;
  const folder = keysFolder(given);
  const problems: string[] = [];
  if (folder === null && !serverSecret)
    problems.push(
      'SERVER_SECRET: it encrypts the signing keys in PostgreSQL. Set it (npm run keys -- --secret prints one), or set KEYS_DIR to a folder with keys in files.',
    );
  if (folder !== null && keyRotation !== undefined)
    problems.push(
      `KEY_ROTATION: the signing keys are files in ${folder}, which do not rotate by themselves. Remove it, or keep the keys in PostgreSQL: docs/keys.md.`,
    );
  if (folder !== null && signingAlgorithm !== undefined)
    problems.push(
      `SIGNING_ALGORITHM: the signing keys are files in ${folder}, and the algorithm follows the key. Remove it, and create the key with npm run keys -- --rsa; or keep the keys in PostgreSQL: docs/keys.md.`,
    );
  if (keyRotation !== undefined && keyRotation < DAY) problems.push('KEY_ROTATION: at least 1d, or off.');
  return problems;
}
