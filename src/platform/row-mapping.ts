import { type EntityProperty, MetadataStorage, ReferenceKind, UnderscoreNamingStrategy } from '@mikro-orm/core';

/** The columns of an entity, for statements that do not pass through the EntityManager. Made once, at start: per row `read` costs
 * what a literal with the same fields costs. */
export interface RowMapping<Row> {
  /** For `insert into`: `id, created_at`. */
  names: string;
  /** For `values`, in the same order: `$1, $2`. */
  parameters: string;
  /** The values of those parameters. */
  values(row: Row): unknown[];
  /** For `select`, of the table or its alias: `s.id, s.created_at as "createdAt"`. */
  selected(table: string): string;
  /** The same as one JSON value. The driver describes and converts each column of an answer, and JSON costs a third less. */
  json(table: string): string;
  /** Turns a row of either form into an instance of the entity, without its constructor, which would create a new id. */
  read(row: RowOf<Row>): Row;
}

/** A row as the driver or JSON returns it. */
export type RowOf<Row> = { [Field in keyof Row]: Row[Field] extends Date | null ? Row[Field] | string : unknown };

type Fields<Entity> = Omit<Entity, symbol>;

/**
 * Reads the columns from the decorators of the entity, so that no second list can miss one. Columns that a statement does not need are
 * excluded by name.
 */
export function mapRows<Entity extends object, Left extends keyof Entity & string = never>(
  entity: new () => Entity,
  { without = [] }: { without?: readonly Left[] } = {},
): RowMapping<Omit<Fields<Entity>, Left>> {
  type Row = Omit<Fields<Entity>, Left>;
  const columns = Object.values(propertiesOf(entity))
    .filter(({ name }) => !(without as readonly string[]).includes(name))
    .map((property) => columnOf(entity, property));
  const prototype = plainFields(entity, columns);
  return {
    names: columns.map(({ column }) => column).join(', '),
    parameters: columns.map((_, index) => `$${index + 1}`).join(', '),
    values: (row) => columns.map(({ field }) => row[field as keyof Row]),
    selected: (table) => columns.map((one) => `${expression(one, table)} as "${one.field}"`).join(', '),
    json: (table) => `json_build_object(${columns.map((one) => jsonPair(one, table)).join(', ')})`,
    read(row) {
      const read = Object.create(prototype) as Record<string, unknown>;
      for (const { field, convert } of columns) {
        const value = (row as Record<string, unknown>)[field];
        read[field] = convert && value !== null ? convert(value) : value;
      }
      return read as Row;
    },
  };
}

/**
 * MikroORM's setters of the entity would give each instance getters of its own. V8 keeps those in a hidden class of the old generation,
 * which would keep everything the request reached alive until a full collection. These fields hide the setters.
 */
function plainFields(entity: new () => object, columns: Column[]): object {
  const fields = columns.map(({ field }) => [field, { value: undefined, writable: true, enumerable: false }]);
  return Object.create(entity.prototype as object, Object.fromEntries(fields) as PropertyDescriptorMap) as object;
}

type Decorated = EntityProperty & { fieldName?: string };

interface Column {
  field: string;
  column: string;
  type: string;
  convert: ((value: unknown) => unknown) | null;
}

/** How a value of each MikroORM type is converted from the driver or JSON. Null: used as it is. */
const CONVERSIONS: Record<string, Column['convert']> = {
  uuid: null,
  string: null,
  text: null,
  'string[]': null,
  boolean: null,
  integer: null,
  json: null,
  // Selected as text: a number in JavaScript or JSON cannot hold each value.
  bigint: null,
  datetime: (value) => new Date(value as string | Date),
  blob: (value) => Buffer.from(value as Uint8Array),
};

/** Read from the decorators, so that statements are constants: MikroORM completes its metadata only when it starts. */
function propertiesOf(entity: new () => object): Record<string, Decorated> {
  const path = (entity as { [MetadataStorage.PATH_SYMBOL]?: string })[MetadataStorage.PATH_SYMBOL];
  if (!path) throw new Error(`${entity.name} is not an entity`);
  return MetadataStorage.getMetadata(entity.name, path, entity).properties;
}

const naming = new UnderscoreNamingStrategy();

function columnOf(entity: new () => object, { name, kind, type, fieldName }: Decorated): Column {
  const convert = CONVERSIONS[type];
  if (kind !== ReferenceKind.SCALAR || convert === undefined)
    throw new Error(`${entity.name}.${name} cannot be mapped: leave it out, or add its type to row-mapping.ts`);
  return { field: name, column: fieldName ?? naming.propertyToColumnName(name), type, convert };
}

function expression({ column, type }: Column, table: string): string {
  return type === 'bigint' ? `${table}.${column}::text` : `${table}.${column}`;
}

function jsonPair(column: Column, table: string): string {
  if (column.type === 'blob') throw new Error(`${column.column} is binary: JSON cannot carry it`);
  return `'${column.field}', ${expression(column, table)}`;
}
