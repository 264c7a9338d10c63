import { registerEnumType } from 'type-graphql';
import { type ErrorCode, REFUSALS } from '../errors.js';

/** The schema's enum of the refusals, made from their one table. */
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
