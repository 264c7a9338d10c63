import { isObject } from '../platform/is-object.js';

/** A call of a router: its contents, and how to answer it in its own protocol. docs/federation.md describes both protocols. */
export interface RouterCall {
  /** As the router names it. */
  stage: string;
  /** A response has no token to check. */
  isResponse: boolean;
  /** The claims of the token that the router has verified; undefined if it sends none. */
  claims: unknown;
  /** All values of the header Authorization. */
  authorization: readonly string[];
  /** The names of the policies that it wants decided. */
  policies: readonly string[];
  goOn(decisions: Readonly<Record<string, boolean>>): object;
  stop(status: number, headers: Readonly<Record<string, string>>, body: object): object;
}

/** A malformed call: the router takes the answer for a failure, and refuses the request. */
export class MalformedCall extends Error {}

type Fields = Record<string, unknown>;

/** The stages, each with the form of a refusal's body: JSON as text, or as an object. Null: a response. */
type Stages = ReadonlyMap<string, 'text' | 'object' | null>;

const APOLLO: Stages = new Map([
  ['RouterRequest', 'text'],
  ['SupergraphRequest', 'object'],
  ['ExecutionRequest', 'object'],
  ['SubgraphRequest', 'object'],
  ['ConnectorRequest', 'object'],
  ['RouterResponse', null],
  ['SupergraphResponse', null],
  ['ExecutionResponse', null],
  ['SubgraphResponse', null],
  ['ConnectorResponse', null],
]);

const HIVE: Stages = new Map([
  ['router.request', 'text'],
  ['graphql.request', 'text'],
  ['graphql.analysis', 'text'],
  ['router.response', null],
  ['graphql.response', null],
]);

/** The second name is that of Apollo Router 1, and of 2 with `context: deprecated`. */
const APOLLO_CLAIMS = ['apollo::authentication::jwt_claims', 'apollo_authentication::JWT::claims'];
const APOLLO_POLICIES = ['apollo::authorization::required_policies', 'apollo_authorization::policies::required'];
const HIVE_POLICIES = 'hive::authorization::required_policies';

/** Reads the body of a call, of either protocol: they differ in the names of their stages. */
export function readCall(message: unknown): RouterCall {
  const { version, stage, ...fields } = fieldsOf(message);
  if (version !== 1) throw new MalformedCall('The version of this protocol is not known here: 1 is.');
  if (typeof stage !== 'string') throw new MalformedCall('The call names no stage.');
  if (APOLLO.has(stage)) return readApollo(stage, fields);
  if (HIVE.has(stage)) return readHive(stage, fields);
  throw new MalformedCall('There is no such stage here.');
}

function readApollo(stage: string, { id, headers, context }: Fields): RouterCall {
  const bodyOf = APOLLO.get(stage) ?? null;
  if (bodyOf && headers === undefined && context === undefined) throw new MalformedCall(TELLS_NOTHING);
  const entries = fieldsOf(fieldsOf(context ?? {}).entries ?? {});
  const claims = entries[nameIn(entries, APOLLO_CLAIMS)] ?? undefined;
  const policies = nameIn(entries, APOLLO_POLICIES);
  const head = { version: 1, stage, ...(id !== undefined && { id }) };
  return {
    stage,
    isResponse: bodyOf === null,
    claims,
    authorization: authorizationIn(headers),
    policies: Object.keys(fieldsOf(entries[policies] ?? {})),
    // What is left out of an answer stays as it is. If an answer has a context, Apollo deletes the keys missing from it (2.10).
    goOn: (decisions) => ({
      ...head,
      control: 'continue',
      ...(Object.keys(decisions).length > 0 && { context: { entries: { ...entries, [policies]: decisions } } }),
    }),
    stop: (status, given, body) => ({
      ...head,
      control: { break: status },
      headers: Object.fromEntries(Object.entries(given).map(([name, value]) => [name, [value]])),
      body: bodyOf === 'text' ? JSON.stringify(body) : body,
    }),
  };
}

function readHive(stage: string, { headers, context }: Fields): RouterCall {
  const isResponse = HIVE.get(stage) === null;
  // It has no claims in its context.
  if (!isResponse && headers === undefined) throw new MalformedCall(TELLS_NOTHING);
  const { [HIVE_POLICIES]: policies } = fieldsOf(context ?? {});
  return {
    stage,
    isResponse,
    claims: undefined,
    authorization: authorizationIn(headers),
    policies: Object.keys(fieldsOf(policies ?? {})),
    // Its context is patched: keys that are missing stay.
    goOn: (decisions) => ({
      version: 1,
      control: 'continue',
      ...(Object.keys(decisions).length > 0 && { context: { [HIVE_POLICIES]: decisions } }),
    }),
    stop: (status, given, body) => ({
      version: 1,
      control: { break: status },
      headers: given,
      body: JSON.stringify(body),
    }),
  };
}

/** Without headers and context no token would be seen, and every request would pass. */
const TELLS_NOTHING =
  'The call tells neither of headers nor of verified claims. Let the router send them: docs/federation.md';

function fieldsOf(value: unknown): Fields {
  if (!isObject(value)) throw new MalformedCall('The call is not well formed.');
  return value;
}

function nameIn(entries: Fields, [name = '', former = '']: string[]): string {
  return former in entries && !(name in entries) ? former : name;
}

function authorizationIn(headers: unknown): string[] {
  const all = Object.entries(fieldsOf(headers ?? {}));
  const given = all.filter(([name]) => name.toLowerCase() === 'authorization').flatMap(([, value]) => value);
  if (!given.every((value) => typeof value === 'string')) throw new MalformedCall('The headers are not well formed.');
  return given;
}
