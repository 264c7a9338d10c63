import type { Attributes } from './span.js';

/** The first table that the statement names. */
const TABLE = /\b(?:from|into|update)\s+"?(\w{1,63})"?(?:\."?(\w{1,63})"?)?/i;

/**
 * Name and attributes of a statement's span. Never its text, which may contain values. A prepared statement has a name of our own; most of
 * them read several tables.
 */
export function statementSpan(text: string, prepared?: string): [name: string, attributes: Attributes] {
  const verb = /^\s*(\w{1,20})/.exec(text)?.[1]?.toUpperCase() ?? 'SQL';
  const attributes = { 'db.system.name': 'postgresql', 'db.operation.name': verb };
  if (prepared !== undefined) return [`SQL ${prepared}`, { ...attributes, 'db.query.summary': prepared }];
  const [, first, second] = TABLE.exec(text) ?? [];
  const table = second ?? first;
  return table ? [`${verb} ${table}`, { ...attributes, 'db.collection.name': table }] : [verb, attributes];
}
