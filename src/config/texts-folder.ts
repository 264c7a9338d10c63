import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isObject } from '../platform/is-object.js';
import { builtInLocales } from '../platform/locales.js';
import type { Phrases, PhraseTree } from '../platform/phrases.js';
import type { ReplacedTexts, TextSections } from '../platform/texts.js';
import { ConfigError } from './config.js';
import { problemOfText } from './text-problem.js';

/** The operator's texts: a file for each language, such as `pt-BR.json`. Throws a `ConfigError` with every problem. */
export function readTexts(folder: string, sections: TextSections): ReplacedTexts {
  const problems: string[] = [];
  const replaced: ReplacedTexts = {};
  for (const locale of languagesIn(folder)) {
    const file = `${locale}.json`;
    const report = (problem: string) => problems.push(`TEXTS_DIR: ${file}: ${problem}.`);
    if (!isLocale(locale)) report('its name is not a language, such as pt.json or pt-BR.json');
    else replaced[locale] = readFile(join(folder, file), { locale, sections, report });
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

/** As BCP 47 writes it, since it is compared with what users prefer, and becomes the attribute lang. */
function isLocale(name: string): boolean {
  try {
    return /^[a-z]{2,3}(-\w{2,8})*$/i.test(name) && Intl.getCanonicalLocales(name)[0] === name;
  } catch {
    return false;
  }
}

interface Reading {
  locale: string;
  sections: TextSections;
  report(problem: string): unknown;
}

function readFile(path: string, reading: Reading): Record<string, PhraseTree> {
  const content = parse(path, reading);
  const found: Record<string, PhraseTree> = {};
  for (const [section, phrases] of Object.entries(reading.sections)) {
    const [kind = '', name] = section.split('.');
    const group = take(content, kind);
    const tree = name === undefined ? group : take(group, name);
    if (tree !== undefined) found[section] = validTree(tree, { ...reading, section, phrases });
  }
  reportUnknown(content, reading);
  return found;
}

function parse(path: string, { report }: Reading): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    report(
      error instanceof SyntaxError ? 'it is not JSON' : `it cannot be read (${(error as NodeJS.ErrnoException).code})`,
    );
    return {};
  }
}

function take(tree: unknown, key: string): unknown {
  return isObject(tree) && Object.hasOwn(tree, key) ? tree[key] : undefined;
}

/** An unknown key replaces nothing, and its author would not learn why. */
function reportUnknown(content: unknown, { sections, report }: Reading): void {
  if (!isObject(content)) return void report('write an object of sections: mails, pages, refusals');
  const known = new Set(Object.keys(sections));
  for (const [kind, group] of Object.entries(content)) {
    if (known.has(kind)) continue;
    const named = [...known].some((section) => section.startsWith(`${kind}.`));
    if (!named) report(`${kind} is not a section: there are mails, pages and refusals`);
    else if (!isObject(group)) report(`${kind} is not an object`);
    else
      for (const name of Object.keys(group))
        if (!known.has(`${kind}.${name}`)) report(`there is no ${kind}.${name}; npm run texts prints all texts`);
  }
}

/** The valid part of the tree: each phrase is checked against the English one of its key. */
function validTree(tree: unknown, of: Reading & { section: string; phrases: Phrases }): PhraseTree {
  const { locale, section, phrases, report } = of;
  const own = (builtInLocales as readonly string[]).includes(locale) ? phrases[locale as keyof Phrases] : undefined;
  return walk(tree, phrases.en, own ?? {}, section);

  function walk(given: unknown, english: PhraseTree, ours: PhraseTree, path: string): PhraseTree {
    const right: PhraseTree = {};
    if (!isObject(given)) {
      report(`${path} is not an object`);
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
      if (problem) report(`${at}${problem}`);
      else right[key] = value as string;
    }
    return right;
  }
}
