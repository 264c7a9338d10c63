import { readFileSync } from 'node:fs';
import { SECRET_FIELDS, variableOf } from './provider-fields.js';
import type { Setting } from './setting.js';

type Env = Record<string, string | undefined>;

/**
 * Docker, Kubernetes and systemd provide secrets as files: in the environment, every program started from here could read them. `NAME_FILE`
 * is the path of a file that holds the value of NAME. A line break at its end is not part of the secret.
 */
export function withSecretFiles(
  env: Env,
  settings: Record<string, Setting<unknown>>,
): { env: Env; problems: string[] } {
  const problems: string[] = [];
  const read = { ...env };
  for (const name of secretNames(env, settings)) {
    const file = env[`${name}_FILE`]?.trim();
    if (!file) continue;
    if (env[name]?.trim()) problems.push(`${name}_FILE: ${name} is set too. Remove one of them.`);
    else read[name] = contentOf(file, `${name}_FILE`, problems);
  }
  return { env: read, problems };
}

/** The names of all secret settings, including those of the providers in PROVIDERS. */
export function secretNames(env: Env, settings: Record<string, Setting<unknown>>): string[] {
  const ids = (env['PROVIDERS'] ?? '').split(',').map((id) => id.trim());
  return [
    ...Object.keys(settings).filter((name) => settings[name]?.secret),
    ...ids.filter(Boolean).flatMap((id) => SECRET_FIELDS.map((field) => variableOf(id, field))),
  ];
}

function contentOf(file: string, name: string, problems: string[]): string {
  try {
    const content = readFileSync(file, 'utf8').trim();
    if (!content) problems.push(`${name}: ${file} is empty. Write the secret into it.`);
    return content;
  } catch (error) {
    problems.push(
      `${name}: ${file} cannot be read (${(error as Error).message}). Let this user read it, or name another.`,
    );
    return '';
  }
}
