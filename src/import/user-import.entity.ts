import { PrimaryKeyProp } from '@mikro-orm/core';
import { Entity, PrimaryKey, Property } from '@mikro-orm/decorators/legacy';

/** How far the import of a file has come: committed with each batch, so that continuing neither repeats nor skips a line. */
@Entity({ tableName: 'user_imports' })
export class UserImport {
  [PrimaryKeyProp]?: 'key';

  /** SHA-256 over the file and the options that determine the outcome of a line. */
  @PrimaryKey({ type: 'string', length: 64 })
  key!: string;

  /** Where in the file the next line begins. */
  @Property({ type: 'double', columnType: 'double precision', default: 0 })
  bytes: number = 0;

  @Property({ type: 'integer', default: 0 })
  lines: number = 0;

  @Property({ type: 'integer', default: 0 })
  imported: number = 0;

  @Property({ type: 'integer', default: 0 })
  skipped: number = 0;

  @Property({ type: 'integer', default: 0 })
  refused: number = 0;

  /** How many imported users had something left out. */
  @Property({ type: 'integer', default: 0 })
  warned: number = 0;

  /** Identities that were imported. */
  @Property({ type: 'integer', default: 0 })
  identities: number = 0;

  @Property({ type: 'datetime' })
  startedAt!: Date;

  @Property({ type: 'datetime', nullable: true })
  finishedAt: Date | null = null;
}
