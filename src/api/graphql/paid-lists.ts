import {
  defaultFieldResolver,
  getNullableType,
  type GraphQLField,
  type GraphQLSchema,
  isListType,
  isObjectType,
} from 'graphql';
import type { Needs } from '../../context.js';
import { type PageArgs, priceOfPage } from '../../platform/pagination.js';
import { drawRows } from '../../platform/request-rows.js';

/**
 * Charges the rows of every list in the schema to the request's budget, on every path: before the list is read, and again for each row of
 * the answer. A list that is read once is serialised for each alias: 14 aliases of `sessions` below a page of 100 events made 110 MB. The
 * schema is wrapped as a whole, so that no new field can be forgotten.
 */
export function payForLists(schema: GraphQLSchema): GraphQLSchema {
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) || type.name.startsWith('__')) continue;
    for (const field of Object.values(type.getFields())) {
      if (isListType(getNullableType(field.type))) payForRows(field);
      else if (isPage(field)) payForPage(field);
    }
  }
  return schema;
}

type AnyField = GraphQLField<unknown, Needs<'pages'>>;

function payForRows(field: AnyField): void {
  const { name, resolve = defaultFieldResolver } = field;
  field.resolve = (parent, args, ctx, info) => {
    const { representations } = args as { representations?: unknown[] };
    const drawn = representations?.length ?? 1;
    drawRows(ctx.pages, drawn, name);
    const settle = (list: unknown) => {
      if (Array.isArray(list)) drawRows(ctx.pages, Math.max(0, list.length - drawn), name);
      return list;
    };
    const list: unknown = resolve(parent, args, ctx, info);
    return isPromise(list) ? list.then(settle) : settle(list);
  };
}

function isPromise(value: unknown): value is PromiseLike<unknown> {
  return typeof (value as PromiseLike<unknown> | null | undefined)?.then === 'function';
}

function payForPage(field: AnyField): void {
  const { name, resolve = defaultFieldResolver } = field;
  field.resolve = (parent, args, ctx, info) => {
    drawRows(ctx.pages, priceOfPage(args as PageArgs), name);
    return resolve(parent, args, ctx, info);
  };
}

/** A connection of Relay (platform/pagination.ts): its `edges` and `nodes` are lists of their own. */
function isPage({ type }: AnyField): boolean {
  const named = getNullableType(type);
  return isObjectType(named) && 'pageInfo' in named.getFields();
}
