import type { EntityMetadata, MikroORM } from '@mikro-orm/postgresql';
import { newId } from '../../src/platform/ids.js';

/**
 * A value for each column of the entity as MikroORM discovered it, by property. No value is a default, and no two are the same,
 * except flags, which are true. Another `variant` has other values. The id of a relation must be given.
 */
export function distinctValues(
  orm: MikroORM,
  entity: new () => object,
  given: Record<string, unknown> = {},
  variant = 1,
): any {
  const { props }: EntityMetadata = orm.getMetadata().get(entity);
  return Object.fromEntries(
    props.map(({ name, type, items }, index) => {
      if (name in given) return [name, given[name]];
      const make = VALUES[type];
      if (!make) throw new Error(`${entity.name}.${name}: give a value, or add its type ${type} to distinct-values.ts`);
      return [name, items ? items.at(-variant) : make(name, variant * 100 + index)];
    }),
  );
}

/** The column of each property. */
export function columnsByProperty(orm: MikroORM, entity: new () => object): Record<string, string> {
  const { props }: EntityMetadata = orm.getMetadata().get(entity);
  return Object.fromEntries(props.map(({ name, fieldNames }) => [name, fieldNames.join()]));
}

const text = (name: string, n: number) => `${name.toLowerCase()} ${n}`;

const VALUES: Record<string, (name: string, n: number) => unknown> = {
  uuid: () => newId(),
  string: text,
  text,
  'string[]': (name, n) => [text(name, n), `${n}`],
  boolean: () => true,
  integer: (_, n) => n,
  BigIntType: (_, n) => `90071992547409${n}`,
  datetime: (_, n) => new Date(Date.UTC(2031, 0, 1, 0, 0, 0, n)),
  JsonType: (name, n) => ({ [name]: n }),
  blob: (name, n) => Buffer.from(text(name, n)),
};
