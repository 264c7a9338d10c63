import { OptionalProps } from '@mikro-orm/core';
import { Entity, Enum, Index, PrimaryKey, Property, Unique } from '@mikro-orm/decorators/legacy';
import { GraphQLDateTime as DateTime } from 'graphql-scalars';
import { Field, ID, ObjectType, registerEnumType } from 'type-graphql';
import { newId } from '../platform/ids.js';
import type { Details } from './details.js';

export enum AuditOutcome {
  SUCCEEDED = 'SUCCEEDED',
  REFUSED = 'REFUSED',
}
registerEnumType(AuditOutcome, {
  name: 'AuditOutcome',
  description: 'How an operation ended.',
  valuesConfig: {
    SUCCEEDED: { description: 'The operation was carried out.' },
    REFUSED: { description: 'The operation was refused. The code of the event says why.' },
  },
});

/**
 * One operation and its outcome. Holds ids, not relations: an event outlives the account it concerns. Append-only: a trigger
 * refuses TRUNCATE, every DELETE but that of a sealed batch past its retention (see seal.ts, purge.ts), and every UPDATE but one that
 * removes what is personal and leaves a proof (see redact.ts).
 * Every index ends in (at, id), the order in which events are read.
 */
@ObjectType({
  description: `
    A security-relevant operation that succeeded or was refused.
    Events are never changed, but they may lose the address and the device (AUDIT_PERSONAL_RETENTION), and with eraseUser the person.
    They are deleted after their retention (AUDIT_RETENTION, 400d by default).
  `,
})
@Entity({ tableName: 'audit_events' })
@Index({ properties: ['at', 'id'] })
@Index({ properties: ['action', 'at', 'id'] })
@Index({ properties: ['actorId', 'at', 'id'] })
@Index({ properties: ['subjectId', 'at', 'id'] })
@Index({
  name: 'audit_events_refused',
  expression: (columns, table, name) =>
    `create index "${name}" on "${table.name}" ("${columns.at}", "${columns.id}") where "${columns.outcome}" = 'REFUSED'`,
})
@Index({
  name: 'audit_events_refused_action',
  expression: (columns, table, name) =>
    `create index "${name}" on "${table.name}" ("${columns.action}", "${columns.at}", "${columns.id}") where "${columns.outcome}" = 'REFUSED'`,
})
export class AuditEvent {
  [OptionalProps]?: 'seq' | 'salt' | 'redaction';

  @Field(() => ID, { description: 'The id of the event, a UUID.' })
  @PrimaryKey({ type: 'uuid' })
  id: string = newId();

  /**
   * The order in which batches are sealed. Its default takes the transaction's number before the sequence's: an event with a lower seq that
   * is not visible yet belongs to a transaction that is known to be running.
   */
  @Unique()
  @Property({ type: 'bigint', defaultRaw: 'next_audit_seq()' })
  seq!: string;

  @Field(() => DateTime, { description: 'When the operation took place.' })
  @Property({ type: 'datetime' })
  at!: Date;

  @Field(() => String, {
    description:
      'The name of the operation, such as login or updateUserRoles. Commands of the operator are named likewise: createAdmin, importUsers.',
  })
  @Property({ type: 'string', length: 64 })
  action!: string;

  @Field(() => AuditOutcome, { description: 'Whether the operation succeeded or was refused.' })
  @Enum({ items: () => AuditOutcome, type: 'string', length: 16 })
  outcome: AuditOutcome = AuditOutcome.SUCCEEDED;

  /** The refusal's code. */
  @Property({ type: 'string', length: 40, nullable: true })
  code: string | null = null;

  /** A user or a service account: their ids are UUIDs, and never equal. */
  @Property({ type: 'uuid', nullable: true })
  actorId: string | null = null;

  @Property({ type: 'uuid', nullable: true })
  subjectId: string | null = null;

  @Property({ type: 'uuid', nullable: true })
  sessionId: string | null = null;

  @Property({ type: 'string', length: 45, nullable: true })
  ipAddress: string | null = null;

  @Property({ type: 'string', length: 512, nullable: true })
  userAgent: string | null = null;

  @Property({ type: 'string', length: 64, nullable: true })
  requestId: string | null = null;

  /** See chain.ts. Null in events from before there were salts. */
  @Property({ type: 'uuid', nullable: true, defaultRaw: 'gen_random_uuid()' })
  salt!: string | null;

  /** See redactions.ts. */
  @Property({ type: 'blob', nullable: true })
  redaction: Buffer | null = null;

  /** See details.ts. */
  @Property({ type: 'json', nullable: true })
  details: Details | null = null;

  /** The administrator, if the actor was impersonated. */
  @Property({ type: 'uuid', nullable: true })
  impersonatorId: string | null = null;
}
