import { type Command, command } from './command-line.js';
import { ConfigError, loadConfig } from '../config/config.js';
import { findMisspelt } from '../config/unknown-settings.js';

export const doctorCommands: Record<string, Command> = {
  'config:check': command({
    does: 'Checks all settings and reports every mistake. Connects to nothing. Exit code 1: the server would not start.',
    json: 'problems, warnings',
    run: async (_given, { env, envFile, say, give }) => {
      const problems = problemsOf(env);
      const warnings = findMisspelt(env, envFile);
      problems.forEach((problem) => say(`PROBLEM  ${problem}`));
      warnings.forEach((warning) => say(`WARNING  ${warning}`));
      if (problems.length === 0) say('The settings are usable.');
      give({ problems, warnings });
      return problems.length > 0 ? 1 : 0;
    },
  }),
  doctor: command({
    does: 'Checks everything the server depends on, and says what is wrong, why it matters and what to do. Changes nothing. Exit code 1: there is a problem.',
    json: 'findings, each with level, about, what, why, todo; asked, notAsked',
    run: async (_given, { env, envFile, say, give }) => {
      const [{ examine }, { systemClock: clock }] = await Promise.all([
        import('./doctor/examine.js'),
        import('../platform/clock.js'),
      ]);
      const examined = await examine({ env, envFile, clock });
      const { findings, asked, notAsked } = examined;
      for (const { level, about, what, why, todo } of findings)
        say(`${level.toUpperCase().padEnd(8)} ${about}: ${what}\n         ${why}\n         ${todo}`);
      if (notAsked.length > 0) say(`Not checked: ${notAsked.join(', ')}.`);
      const problems = findings.filter(({ level }) => level === 'problem').length;
      say(`Checked: ${asked.join(', ')}. Problems: ${problems}. Warnings: ${findings.length - problems}.`);
      give(examined);
      return problems > 0 ? 1 : 0;
    },
  }),
};

function problemsOf(env: Record<string, string | undefined>): string[] {
  try {
    loadConfig(env);
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
}
