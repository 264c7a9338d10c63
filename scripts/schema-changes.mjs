/**
 * Compares schema.graphql with the one of the last release (docs/schema-changes.md). `--release`: what is in the tree becomes that one.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  buildASTSchema,
  findBreakingChanges,
  findDangerousChanges,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
  Kind,
  parse,
  print,
  visit,
} from 'graphql';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const released = join(root, 'docs/released-schema.graphql');

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const current = readFileSync(join(root, 'schema.graphql'), 'utf8');
  if (process.argv.includes('--release')) writeFileSync(released, withoutDescriptions(current));
  else check(current);
}

/** @param {string} current */
function check(current) {
  const changelog = readFileSync(join(root, 'CHANGELOG.md'), 'utf8');
  const { problems, surprising } = compareSchemas({ released: readFileSync(released, 'utf8'), current, changelog });
  surprising.forEach((sentence) => console.log(`note    ${sentence}`));
  problems.forEach((problem) => console.error(problem));
  if (problems.length > 0) process.exitCode = 1;
}

/**
 * @param {{ released: string, current: string, changelog: string }} given two schemas in SDL
 * @returns {{ problems: string[], surprising: string[] }}
 */
export function compareSchemas({ released, current, changelog }) {
  const [before, after] = [parse(released), parse(current)];
  const [old, now] = [buildASTSchema(before), buildASTSchema(after)];
  const unreleased = linesOf(changelog);
  const breaking = [
    // That a scalar of GraphQL's own is named nowhere any more follows from another change.
    ...findBreakingChanges(old, now)
      .map(({ description }) => description)
      .filter((sentence) => !sentence.startsWith('Standard scalar ')),
    ...lostDirectives(before, after),
  ];
  const problems = breaking.flatMap((sentence) => {
    const told = unreleased.find((line) => line.includes(sentence));
    if (!told) return [`Breaking: ${sentence} If it must be, CHANGELOG.md says so under Unreleased, in these words.`];
    return isRemoval(sentence) && !wasDeprecated(old, sentence) && !told.includes('Without deprecation: ')
      ? [`Not deprecated before: ${sentence} Deprecate it in one release and remove it in a later one.`]
      : [];
  });
  return {
    problems: [...problems, ...vagueDeprecations(after)],
    surprising: findDangerousChanges(old, now).map(({ description }) => description),
  };
}

/** The paragraphs of the section Unreleased, a line each, without the marks of code. @param {string} changelog */
function linesOf(changelog) {
  const [, section = ''] = /^## Unreleased\n([^]*?)(?=^## |$(?![^]))/m.exec(changelog) ?? [];
  return section.split(/\n(?=\s*- |\n|#)/).map((line) => line.replaceAll('`', '').replaceAll(/\s+/g, ' '));
}

/** @param {string} sentence of graphql-js */
function isRemoval(sentence) {
  return / was removed( from enum type \w+)?\.$/.test(sentence);
}

/**
 * Types have no deprecation: what leads to them does.
 *
 * @param {import('graphql').GraphQLSchema} schema
 * @param {string} sentence of graphql-js
 */
function wasDeprecated(schema, sentence) {
  const [, value, ofEnum] = /^(\w+) was removed from enum type (\w+)\./.exec(sentence) ?? [];
  const [, parent = ofEnum ?? '', field = '', arg] = /^(\w+)\.(\w+)(?: arg (\w+))? was removed\./.exec(sentence) ?? [];
  const type = schema.getType(parent);
  if (isEnumType(type)) return type.getValue(value ?? '')?.deprecationReason != null;
  if (!isObjectType(type) && !isInterfaceType(type) && !isInputObjectType(type)) return true;
  const member = type.getFields()[field];
  const args = member && 'args' in member ? member.args : [];
  return (arg ? args.find(({ name }) => name === arg) : member)?.deprecationReason != null;
}

/**
 * What supergraphs compose with; graphql-js compares no directives.
 *
 * @param {import('graphql').DocumentNode} before
 * @param {import('graphql').DocumentNode} after
 */
function lostDirectives(before, after) {
  const kept = new Set(federatedTypes(after).flatMap(({ sentences }) => sentences));
  const stays = new Set(federatedTypes(after).map(({ name }) => name));
  return federatedTypes(before)
    .filter(({ name }) => stays.has(name))
    .flatMap(({ sentences }) => sentences.filter((sentence) => !kept.has(sentence)));
}

/** @param {import('graphql').DocumentNode} document */
function federatedTypes({ definitions }) {
  return definitions
    .filter((one) => one.kind === Kind.OBJECT_TYPE_DEFINITION)
    .map(({ name: { value: name }, directives = [] }) => ({
      name,
      sentences: directives.map((directive) => `${print(directive)} of ${name} was removed.`),
    }));
}

/** @param {import('graphql').DocumentNode} document */
function vagueDeprecations(document) {
  /** @type {string[]} */
  const problems = [];
  visit(document, {
    Directive(directive, _key, _parent, _path, ancestors) {
      if (directive.name.value !== 'deprecated') return;
      const reason = directive.arguments?.find(({ name }) => name.value === 'reason')?.value;
      const text = reason?.kind === Kind.STRING ? reason.value : '';
      if (/^(Use \S|Nothing replaces it\.)/.test(text)) return;
      const names = ancestors.flatMap((one) => ('name' in one && one.name ? [one.name.value] : []));
      problems.push(`${names.join('.')} is deprecated: its reason says "Use …" or "Nothing replaces it."`);
    },
  });
  return problems;
}

/** @param {string} schema */
export function withoutDescriptions(schema) {
  const plain = visit(parse(schema), {
    enter: (node) => ('description' in node && node.description ? { ...node, description: undefined } : undefined),
  });
  return `${print(plain)}\n`;
}
