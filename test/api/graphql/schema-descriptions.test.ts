import { expect, test } from '@jest/globals';
import type { GraphQLNamedType } from 'graphql';
import { buildGatewaySchema } from '../../../src/api/graphql/schema.js';
import { ACTIONS } from '../../../src/audit/details.js';
import { SETTINGS } from '../../../src/config/settings.js';
import { REFUSALS } from '../../../src/errors.js';
import {
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isIntrospectionType,
  isObjectType,
  isSpecifiedScalarType,
} from '../../support/product-packages.js';

interface Described {
  name: string;
  description: string;
}

/** What the specifications of federation define, and each subgraph has: `_service`, `_Any`, `link__Import`. */
const isFederations = (name: string) => name.startsWith('_') || name.includes('__');

const types = Object.values(buildGatewaySchema().getTypeMap()).filter(
  (type) => !isIntrospectionType(type) && !isSpecifiedScalarType(type) && !isFederations(type.name),
);
const described = [...types.map((type) => read(type.name, type)), ...types.flatMap(partsOf)];
const words = (text: string) => text.match(/[\w-]+/g) ?? [];

test('everything in the schema has a description: types, fields, arguments, input fields and enum values', () => {
  expect(described.length).toBeGreaterThan(300);
  expect(described.filter(({ description }) => description.length < 8).map(({ name }) => name)).toEqual([]);
});

test('a description is made of whole sentences, without the words of riddles', () => {
  const banned = /\b(somebody|nobody|whoever|anybody|everybody|whom|proved|proves)\b/i;
  const sentences = described.filter(({ name }) => !FROM_ELSEWHERE.has(name));
  const unclear = sentences.filter(
    ({ description }) => banned.test(description) || !/^[A-Za-z].*\.$/s.test(description),
  );
  expect(unclear.map(({ name }) => name)).toEqual([]);
});

test('a description names only fields, operations, codes and settings that exist', () => {
  const names = described.flatMap(({ name }) => words(name));
  const known = new Set([...names, ...Object.keys(ACTIONS), ...Object.keys(SETTINGS), ...NAMES_OUTSIDE_THE_SCHEMA]);
  const isName = (word: string) => /^[A-Z]+(_[A-Z]+)+$|^[A-Za-z]+[a-z][A-Z]/.test(word);
  const unknown = described.flatMap(({ name, description }) =>
    words(description)
      .filter((word) => isName(word) && !known.has(word))
      .map((word) => `${name}: ${word}`),
  );
  expect(unknown).toEqual([]);
});

test('the defaults in descriptions are those of the settings', () => {
  const defaults = described.flatMap(({ description }) => [
    ...description.matchAll(/\(([A-Z_]+), (\w+) by default\)/g),
  ]);
  expect(defaults.length).toBeGreaterThan(8);
  const wrong = defaults.filter(([, name, value]) => SETTINGS[name as keyof typeof SETTINGS]?.default !== value);
  expect(wrong.map(([text]) => text)).toEqual([]);
});

test('an error code is described by the sentence of its refusal', () => {
  const codes = described.filter(({ name }) => name.startsWith('ErrorCode.'));
  expect(
    Object.fromEntries(codes.map(({ name, description }) => [name.replace('ErrorCode.', ''), description])),
  ).toEqual(Object.fromEntries(Object.entries(REFUSALS).map(([code, { message }]) => [code, message])));
});

/** Extensions of refusals, actions of the audit log, and names of the world. */
const NAMES_OUTSIDE_THE_SCHEMA = [
  'attemptsLeft',
  'retryAfter',
  'requestId',
  'createAdmin',
  'importUsers',
  'HttpOnly',
  'macOS',
  'WebAuthn',
  'PublicKeyCredential',
  'PublicKeyCredentialCreationOptionsJSON',
  'PublicKeyCredentialRequestOptionsJSON',
  'parseCreationOptionsFromJSON',
  'parseRequestOptionsFromJSON',
  'RegistrationResponseJSON',
  'AuthenticationResponseJSON',
  'toJSON',
  'iCloud',
];

/** Descriptions of graphql-scalars. */
const FROM_ELSEWHERE = new Set(['DateTime', 'JSONObject']);

function read(name: string, { description }: { description?: string | null | undefined }): Described {
  return { name, description: description ?? '' };
}

function partsOf(type: GraphQLNamedType): Described[] {
  if (isEnumType(type)) return type.getValues().map((value) => read(`${type.name}.${value.name}`, value));
  if (isInputObjectType(type))
    return Object.values(type.getFields()).map((field) => read(`${type.name}.${field.name}`, field));
  if (!isObjectType(type) && !isInterfaceType(type)) return [];
  const fields = Object.values(type.getFields()).filter(({ name }) => !isFederations(name));
  return [
    ...fields.map((field) => read(`${type.name}.${field.name}`, field)),
    ...fields.flatMap(({ name, args }) => args.map((arg) => read(`${type.name}.${name}(${arg.name})`, arg))),
  ];
}
