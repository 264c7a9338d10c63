import { OptionalProps, type Rel } from '@mikro-orm/core';
import { Entity, Enum, Index, ManyToOne, PrimaryKey, Property, Unique } from '@mikro-orm/decorators/legacy';
import { GraphQLDateTime as DateTime } from 'graphql-scalars';
import { Field, ID, Int, ObjectType, registerEnumType } from 'type-graphql';
import { newId } from '../platform/ids.js';
import { User } from '../users/user.entity.js';

export enum DataExportStatus {
  PENDING = 'PENDING',
  READY = 'READY',
  EXPIRED = 'EXPIRED',
  FAILED = 'FAILED',
}
registerEnumType(DataExportStatus, {
  name: 'DataExportStatus',
  description: 'The status of an export.',
  valuesConfig: {
    PENDING: { description: 'The data is being gathered.' },
    READY: { description: 'It can be downloaded until expiresAt.' },
    EXPIRED: { description: 'Its file was deleted.' },
    FAILED: { description: 'The server could not make it. Request another one.' },
  },
});

@ObjectType({ description: 'A copy of everything that is kept about the user.' })
@Entity({ tableName: 'data_exports' })
@Unique({
  name: 'data_exports_one_pending',
  expression: ({ user, status }, table, name) =>
    `create unique index "${name}" on "${table.name}" ("${user}") where "${status}" = 'PENDING'`,
})
export class DataExport {
  [OptionalProps]?: 'app' | 'attempts' | 'bytes' | 'expiresAt' | 'status';

  @Field(() => ID, { description: 'The id of the export, a UUID.' })
  @PrimaryKey({ type: 'uuid' })
  id: string = newId();

  @Index()
  @ManyToOne({ entity: () => User, deleteRule: 'cascade' })
  user!: Rel<User>;

  /** READY also past `expiresAt`, until the job has deleted the file. */
  @Enum({ items: () => DataExportStatus, type: 'string', length: 16 })
  status: DataExportStatus = DataExportStatus.PENDING;

  /** The application that requested it, by its name in APP_URLS: the mail leads there. */
  @Property({ type: 'string', length: 32, nullable: true })
  app: string | null = null;

  /** How often a job has begun to write it, including killed ones. */
  @Property({ type: 'integer', default: 0 })
  attempts = 0;

  @Field(() => DateTime, { description: 'When it was requested.' })
  @Property({ type: 'datetime' })
  requestedAt!: Date;

  @Field(() => DateTime, { nullable: true, description: 'Until when it can be downloaded. Null before it is ready.' })
  @Property({ type: 'datetime', nullable: true })
  expiresAt: Date | null = null;

  @Field(() => Int, { nullable: true, description: 'The size of the ZIP file. Null before it is ready.' })
  @Property({ type: 'integer', nullable: true })
  bytes: number | null = null;
}
