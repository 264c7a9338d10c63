import { registerEnumType } from 'type-graphql';
import { type ErrorCode, REFUSALS } from '../errors.js';
import { type ProblemCode, PROBLEMS } from '../problems.js';

/** The schema's enum of refusals, made from their table. */
export const ErrorCodes = Object.fromEntries(Object.keys(REFUSALS).map((code) => [code, code])) as Record<
  ErrorCode,
  ErrorCode
>;
registerEnumType(ErrorCodes, {
  name: 'ErrorCode',
  description:
    'Why an operation was refused, in errors[].extensions.code. Codes are never renamed; later versions may add some.',
  valuesConfig: Object.fromEntries(
    Object.entries(REFUSALS).map(([code, { message }]) => [code, { description: message }]),
  ),
});

/** The same for problems of a field. */
export const ProblemCodes = Object.fromEntries(Object.keys(PROBLEMS).map((code) => [code, code])) as Record<
  ProblemCode,
  ProblemCode
>;
registerEnumType(ProblemCodes, {
  name: 'ProblemCode',
  description: `
    What is wrong with one field of an input: errors[].extensions.problems is a list of { field, code, message, limit? }.
    Codes are never renamed; later versions may add some.
  `,
  valuesConfig: Object.fromEntries(Object.entries(PROBLEMS).map(([code, description]) => [code, { description }])),
});
