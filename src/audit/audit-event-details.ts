import { GraphQLDateTime as DateTime } from 'graphql-scalars';
import { Field, ID, Int, ObjectType } from 'type-graphql';
import { ACTIONS, type DetailName, DETAILS, type Kind } from './details.js';

/** Its fields are the rows of `DETAILS`. */
@ObjectType({
  description: `
    The details of an event, with a field for each. The description of each names the actions that have it; for all others it is null; docs/audit-log.md lists them by action.
    Details that this version does not know, such as those that an older one wrote, are in AuditEvent.details alone.
  `,
})
export class AuditEventDetails {}

const NAMES = Object.keys(DETAILS) as DetailName[];

const TYPES = { id: ID, text: String, texts: [String], number: Int, flag: Boolean, time: DateTime } as const;

for (const name of NAMES) {
  const { kind, meaning } = DETAILS[name];
  const description = `${meaning} In events of ${listed(actionsWith(name))}.`;
  Field(() => TYPES[kind], { nullable: true, description })(AuditEventDetails.prototype, name);
}

/** The actions whose events have it. */
function actionsWith(name: DetailName): string[] {
  return Object.entries(ACTIONS)
    .filter(([, { details }]) => details.some((one) => one === name || one === `${name}?`))
    .map(([action]) => action);
}

function listed(words: string[]): string {
  return words.length < 2 ? words.join() : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;
}

/** Reads a stored event, which any version may have written: unknown details, and those of another kind, are left out. */
export function typedDetailsOf(details: object | null): AuditEventDetails | null {
  if (!details) return null;
  const stored = details as Partial<Record<string, unknown>>;
  const known = NAMES.filter((name) => Object.hasOwn(stored, name) && FITS[DETAILS[name].kind](stored[name]));
  return Object.fromEntries(known.map((name) => [name, stored[name]]));
}

const isText = (value: unknown): value is string => typeof value === 'string';
const FITS: Record<Kind, (value: unknown) => boolean> = {
  id: isText,
  text: isText,
  texts: (value) => Array.isArray(value) && value.every(isText),
  // The numbers that GraphQL's Int can hold.
  number: (value) => Number.isInteger(value) && Math.abs(value as number) < 2 ** 31,
  flag: (value) => typeof value === 'boolean',
  time: (value) => isText(value) && DATE_TIME.test(value) && !Number.isNaN(Date.parse(value)),
};
const DATE_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/;
