import { ArgsType, type ClassType, Directive, Field, Int, ObjectType } from 'type-graphql';
import { badInput } from '../errors.js';
import { type CursorKey, parseCursor, printCursor } from './cursor.js';
import type { Sql } from './database.js';
import { REQUEST_LIMITS } from './request-limits.js';
import { beyondIn, drawRows, type RequestRows } from './request-rows.js';

const DEFAULT_SIZE = 20;
const MAX_PAGE_SIZE = REQUEST_LIMITS.page.allowed;

/** The cost of a page or its total beside its rows, in rows. */
const ROWS_FOR_A_PAGE = 10;
const ROWS_FOR_A_TOTAL = 20;

/** Up to here a total is exact; beyond, it is the planner's estimate. */
export const COUNTED = 1000;

@ArgsType()
export class PageArgs {
  @Field(() => Int, {
    nullable: true,
    description: `The size of a page that is read forward: 0 to ${MAX_PAGE_SIZE}. ${DEFAULT_SIZE} by default. Not together with last.`,
  })
  first?: number | null;

  @Field(() => String, {
    nullable: true,
    description: 'Only rows after this cursor. To read the next page, pass the endCursor of the page before it.',
  })
  after?: string | null;

  @Field(() => Int, {
    nullable: true,
    description: `The size of a page that is read backward: 0 to ${MAX_PAGE_SIZE}. Not together with first.`,
  })
  last?: number | null;

  @Field(() => String, {
    nullable: true,
    description: 'Only rows before this cursor. To read the previous page, pass the startCursor of the page after it.',
  })
  before?: string | null;
}

/** Relay's type: other subgraphs have it too, with the same fields. */
@ObjectType({ description: 'The position of a page in its list, as the Relay specification defines it.' })
@Directive('@shareable')
export class PageInfo {
  @Field(() => Boolean, { description: 'Whether rows follow this page. Read backward: whether before was given.' })
  hasNextPage!: boolean;

  @Field(() => Boolean, { description: 'Whether rows precede this page. Read forward: whether after was given.' })
  hasPreviousPage!: boolean;

  @Field(() => String, { nullable: true, description: 'The cursor of the first row. Null on an empty page.' })
  startCursor!: string | null;

  @Field(() => String, { nullable: true, description: 'The cursor of the last row. Null on an empty page.' })
  endCursor!: string | null;
}

export interface Edge<Node> {
  cursor: string;
  node: Node;
}

export interface PageConnection<Node> {
  edges: Edge<Node>[];
  nodes: Node[];
  pageInfo: PageInfo;
}

export interface PageNeeds {
  sql: Sql;
  pages: RequestRows;
}

/** Adds a value to a statement's parameters and returns its placeholder: `$3`. */
export type Param = (value: unknown) => string;

/** A listing as parts of one statement. Input from a client goes through `param` only. */
export interface Listing<Row, Node> {
  /** `u.id, u.email` */
  columns: string;
  /** `users u` */
  from: string;
  /** Conditions, joined by `and`. */
  where(param: Param): string[];
  order: Order;
  node(row: Row): Node;
}

/** The order of a listing. (key, id) must be the columns of an index, and no key may be null. */
export interface Order {
  /** Part of the cursor, so that a cursor of another order is refused. */
  name: string;
  key: string;
  type: CursorKey;
  id: string;
  direction: 'ASC' | 'DESC';
}

/**
 * The Relay types `NameEdge` and `NameConnection` for a node's type. `totalCount` is counted only if it is requested.
 */
export function connectionOf<Node extends object>(node: ClassType<Node>, name: string) {
  @ObjectType(`${name}Edge`, { description: `A row of the type ${name}, with its cursor.` })
  class EdgeType implements Edge<Node> {
    @Field(() => String, { description: 'Opaque. Pass it as after or before, to the same list in the same order.' })
    cursor!: string;

    @Field(() => node, { description: 'The row itself.' })
    node!: Node;
  }

  @ObjectType(`${name}Connection`, { description: `A page of a list whose rows are of the type ${name}.` })
  class ConnectionType implements PageConnection<Node> {
    @Field(() => [EdgeType], { description: 'The rows of the page, each with its cursor.' })
    edges!: EdgeType[];

    @Field(() => [node], { description: 'The rows of the page, without their cursors.' })
    nodes!: Node[];

    @Field(() => PageInfo, { description: 'Whether there are further pages, and the cursors to ask for them.' })
    pageInfo!: PageInfo;

    count!: () => Promise<number>;

    @Field(() => Int, {
      description: `The number of rows in the whole list. Exact up to ${COUNTED}; above that an estimate by the query planner.`,
    })
    totalCount(): Promise<number> {
      return this.count();
    }
  }
  return ConnectionType;
}

/**
 * One page by keyset: the row after (key, id) is found in the index, however deep the page, and rows inserted meanwhile do not shift it.
 * Refuses invalid arguments with BAD_USER_INPUT.
 */
export async function readPage<Row extends object, Node, Type extends PageConnection<Node>>(
  { sql, pages }: PageNeeds,
  type: ClassType<Type>,
  listing: Listing<Row, Node>,
  args: PageArgs,
): Promise<Type> {
  const { columns, from, order, node } = listing;
  const { size, backward, after, before } = validatePageArgs(args, order);
  const { params, param } = parameters();
  const where = listing.where(param);
  const ascending = order.direction === 'ASC';
  const beyond = (cursor: [string, string], greater: boolean) =>
    `(${order.key}, ${order.id}) ${greater ? '>' : '<'} (${param(cursor[0])}::${order.type}, ${param(cursor[1])}::uuid)`;
  if (after) where.push(beyond(after, ascending));
  if (before) where.push(beyond(before, !ascending));
  const way = ascending === backward ? 'desc' : 'asc';
  // One row more than requested shows whether there is another page. As JSON, the key keeps its microseconds.
  const text = `select ${columns}, to_jsonb(${order.key}) as cursor_key, ${order.id} as cursor_id
  from ${from} where ${where.join(' and ') || 'true'}
 order by ${order.key} ${way}, ${order.id} ${way} limit ${size + 1}`;
  const found = await sql<Row & { cursor_key: string; cursor_id: string }>('', text, params);
  const more = found.length > size;
  const rows = found.slice(0, size);
  if (backward) rows.reverse();
  const edges = rows.map((row) => ({
    cursor: printCursor(order.name, row.cursor_key, row.cursor_id),
    node: node(row),
  }));
  return Object.assign(new type(), {
    edges,
    nodes: edges.map((edge) => edge.node),
    pageInfo: {
      hasNextPage: backward ? before !== undefined : more,
      hasPreviousPage: backward ? more : after !== undefined,
      startCursor: edges.at(0)?.cursor ?? null,
      endCursor: edges.at(-1)?.cursor ?? null,
    },
    count() {
      drawRows(pages, ROWS_FOR_A_TOTAL, 'totalCount');
      return countUpTo(sql, listing);
    },
  });
}

/** Counting a million rows reads a million rows; a reader of one page does not need the exact number. */
async function countUpTo<Row, Node>(sql: Sql, { from, where, order }: Listing<Row, Node>): Promise<number> {
  const { params, param } = parameters();
  const rows = `select ${order.id} from ${from} where ${where(param).join(' and ') || 'true'}`;
  const bounded = `select count(*)::int as count from (${rows} order by ${order.key}, ${order.id} limit ${COUNTED + 1}) counted`;
  const [counted] = await sql<{ count: number }>('', bounded, params);
  if (!counted || counted.count <= COUNTED) return counted?.count ?? 0;
  const [explained] = await sql<{ 'QUERY PLAN': [{ Plan: { 'Plan Rows': number } }] }>(
    '',
    `explain (format json) ${rows}`,
    params,
  );
  return Math.max(COUNTED + 1, Math.round(explained?.['QUERY PLAN'][0].Plan['Plan Rows'] ?? 0));
}

/** How many rows a page with these arguments draws before it is read: its size, and a fixed cost for its statement. */
export function priceOfPage({ first, last }: PageArgs): number {
  const size = first ?? last ?? DEFAULT_SIZE;
  return ROWS_FOR_A_PAGE + Math.min(Math.max(size, 0), MAX_PAGE_SIZE);
}

function validatePageArgs({ first, after, last, before }: PageArgs, order: Order) {
  if (isGiven(first) && isGiven(last))
    throw badInput({ field: 'last', code: 'NOT_ALLOWED', message: 'Give first or last, not both.' });
  // With `before` alone, the page is read backward.
  const backward = isGiven(last) || (!isGiven(first) && isGiven(before) && !isGiven(after));
  const size = (backward ? last : first) ?? DEFAULT_SIZE;
  const field = backward ? 'last' : 'first';
  if (size > MAX_PAGE_SIZE) throw beyondIn(field, 'page', size);
  if (size < 0)
    throw badInput({
      field,
      code: 'OUT_OF_RANGE',
      message: `${field} is 0 to ${MAX_PAGE_SIZE}.`,
      limit: MAX_PAGE_SIZE,
    });
  return { size, backward, after: cursorIn('after', after, order), before: cursorIn('before', before, order) };
}

function cursorIn(
  field: string,
  cursor: string | null | undefined,
  { name, type }: Order,
): [string, string] | undefined {
  if (!isGiven(cursor)) return undefined;
  const parsed = parseCursor(cursor, name, type);
  if (!parsed)
    throw badInput({
      code: 'INVALID_FORMAT',
      message: `Pass a cursor that this list returned in the same order, or leave out ${field}.`,
      field,
    });
  return parsed;
}

function isGiven<Value>(value: Value | null | undefined): value is Value {
  return value !== null && value !== undefined;
}

function parameters(): { params: unknown[]; param: Param } {
  const params: unknown[] = [];
  return { params, param: (value) => `$${params.push(value)}` };
}
