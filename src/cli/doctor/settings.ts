import { type Config, ConfigError, loadConfig } from '../../config/config.js';
import { findMisspelt } from '../../config/unknown-settings.js';
import { startWarnings } from '../start-warnings.js';
import { type Found, NO_START, problem, warning } from './finding.js';

interface Given {
  env: Record<string, string | undefined>;
  envFile: string[];
}

/** `config` is null if the settings cannot be used: then nothing else can be checked. */
export function checkSettings({ env, envFile }: Given): { config: Config | null; found: Found[] } {
  const misspelt = findMisspelt(env, envFile).map((sentence) =>
    warning(`${sentence}.`, 'What it was to set has its default.', 'Correct the name, or remove it.'),
  );
  try {
    const config = loadConfig(env);
    return { config, found: [...misspelt, ...startWarnings(config).map(fromSentence)] };
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return { config: null, found: [...error.problems.map(fromProblem), ...misspelt] };
  }
}

/** `NAME: write …` */
function fromProblem(sentence: string): Found {
  const [, name = 'A setting', todo = sentence] = /^(\w[^:]*): (.*)$/s.exec(sentence) ?? [];
  return problem(`${name} cannot be used as it is.`, NO_START, capital(todo));
}

/** `NAME is …: what follows from it`, or `FILE can be read …: chmod 600, since …` */
function fromSentence(sentence: string): Found {
  const [, what = sentence, rest = ''] = /^(.*?): (.*)$/s.exec(sentence) ?? [];
  const [, chmod, reason = rest] = /^(chmod \d+), since (.*)$/s.exec(rest) ?? [];
  const todo = chmod ? `${capital(chmod)}.` : 'docs/settings.md says what can be set instead.';
  return warning(`${capital(what)}.`, `${capital(reason)}.`, todo);
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
