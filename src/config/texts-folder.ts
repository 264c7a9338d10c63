import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { builtInLocales } from '../platform/locales.js';
import type { Phrases, PhraseTree } from '../platform/phrases.js';
import type { ReplacedTexts, TextSections } from '../platform/texts.js';
import { ConfigError } from './config.js';
import { problemOfText } from './text-problem.js';

/** The operator's texts: of each language a file, `pt-BR.json`. Throws a `ConfigError` with everything that is wrong with them. */
export function readTexts(folder: string, sections: TextSections): ReplacedTexts {
  const problems: string[] = [];
  const replaced: ReplacedTexts = {};
  for (const locale of languagesIn(folder)) {
    const file = `${locale}.json`;
    const told = (problem: string) => problems.push(`TEXTS_DIR: ${file}: ${problem}.`);
    if (!isLocale(locale)) told('its name is not a language, such as pt.json or pt-BR.json');
    else replaced[locale] = readFile(join(folder, file), { locale, sections, told });
  }
  if (problems.length > 0) throw new ConfigError(problems);
  return replaced;
}

function languagesIn(folder: string): string[] {
  try {
    return readdirSync(folder)
      .filter((name) => name.endsWith('.json'))
      .map((name) => name.slice(0, -'.json'.length))
      .sort();
  } catch (error) {
    throw new ConfigError([`TEXTS_DIR: cannot read ${folder} (${(error as NodeJS.ErrnoException).code}).`]);
  }
}

/** As BCP 47 writes it, since it is compared with what people ask for, and stands in the attribute lang. */
function isLocale(name: string): boolean {
  try {
    return /^[a-z]{2,3}(-\w{2,8})*$/i.test(name) && Intl.getCanonicalLocales(name)[0] === name;
  } catch {
    return false;
  }
}

interface Judging {
  locale: string;
  sections: TextSections;
  told(problem: string): unknown;
}

function readFile(path: string, judging: Judging): Record<string, PhraseTree> {
  const content = parse(path, judging);
  const found: Record<string, PhraseTree> = {};
  for (const [section, phrases] of Object.entries(judging.sections)) {
    const [kind = '', name] = section.split('.');
    const group = take(content, kind);
    const tree = name === undefined ? group : take(group, name);
    if (tree !== undefined) found[section] = judge(tree, { ...judging, section, phrases });
  }
  tellUnknown(content, judging);
  return found;
}

function parse(path: string, { told }: Judging): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    told(
      error instanceof SyntaxError ? 'it is not JSON' : `it cannot be read (${(error as NodeJS.ErrnoException).code})`,
    );
    return {};
  }
}

function take(tree: unknown, key: string): unknown {
  return isTree(tree) && Object.hasOwn(tree, key) ? tree[key] : undefined;
}

function isTree(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A key that is none replaces nothing, and its author would not learn why. */
function tellUnknown(content: unknown, { sections, told }: Judging): void {
  if (!isTree(content)) return void told('write an object of sections: mails, pages, refusals');
  const known = new Set(Object.keys(sections));
  for (const [kind, group] of Object.entries(content)) {
    if (known.has(kind)) continue;
    const named = [...known].some((section) => section.startsWith(`${kind}.`));
    if (!named) told(`${kind} is not a section: there are mails, pages and refusals`);
    else if (!isTree(group)) told(`${kind} is not an object`);
    else
      for (const name of Object.keys(group))
        if (!known.has(`${kind}.${name}`)) told(`there is no ${kind}.${name}; npm run texts prints all texts`);
  }
}

/** The tree as far as it is right: each phrase against the English one of its key. */
function judge(tree: unknown, of: Judging & { section: string; phrases: Phrases }): PhraseTree {
  const { locale, section, phrases, told } = of;
  const own = (builtInLocales as readonly string[]).includes(locale) ? phrases[locale as keyof Phrases] : undefined;
  return walk(tree, phrases.en, own ?? {}, section);

  function walk(given: unknown, english: PhraseTree, ours: PhraseTree, path: string): PhraseTree {
    const right: PhraseTree = {};
    if (!isTree(given)) {
      told(`${path} is not an object`);
      return right;
    }
    for (const [key, value] of Object.entries(given)) {
      const at = `${path}.${key}`;
      const original = Object.hasOwn(english, key) ? english[key] : undefined;
      if (typeof original === 'object') {
        const below = Object.hasOwn(ours, key) ? ours[key] : undefined;
        right[key] = walk(value, original, typeof below === 'object' ? below : {}, at);
        continue;
      }
      const problem = problemOfText({ key, value, english, section, locale, written: { ...ours, ...given } });
      if (problem) told(`${at}${problem}`);
      else right[key] = value as string;
    }
    return right;
  }
}
