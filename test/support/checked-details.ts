import { ACTIONS, DETAILS } from '../../src/audit/details.js';

/** What `jsonb_typeof` says of a detail of each kind. */
const JSON_TYPES = { id: 'string', text: 'string', texts: 'array', number: 'number', flag: 'boolean', time: 'string' };

/** By action and detail: the types that it may be of. */
const KNOWN = Object.fromEntries(
  Object.entries(ACTIONS).map(([action, { details }]) => [
    action,
    Object.fromEntries(
      details.map((written) => {
        const name = written.replace('?', '') as keyof typeof DETAILS;
        return [name, [JSON_TYPES[DETAILS[name].kind], ...(written.endsWith('?') ? ['null'] : [])]];
      }),
    ),
  ]),
);

/**
 * For every database of a test: an event whose details src/audit/details.ts does not have is refused, with the statement that writes it. So each
 * operation is judged by every test that calls it, and also what the compiler does not see: statements, and fields of a wider object.
 */
export const JUDGE_DETAILS = [
  `create function check_audit_details() returns trigger language plpgsql as $check$
declare
  known constant jsonb := $known$${JSON.stringify(KNOWN)}$known$;
  strange text;
  -- Not new.details: tests go back to before there was such a column.
  details constant jsonb := nullif(to_jsonb(new) -> 'details', 'null');
begin
  if details is null then return null; end if;
  select string_agg(key || ' = ' || value::text, ', ') into strange from jsonb_each(details)
   where not coalesce(known -> new.action -> key ? jsonb_typeof(value), false);
  if strange is not null then
    raise exception 'details of % that src/audit/details.ts does not have: %', new.action, strange;
  end if;
  return null;
end $check$`,
  `create trigger check_audit_details after insert on audit_events
  for each row execute function check_audit_details()`,
];
