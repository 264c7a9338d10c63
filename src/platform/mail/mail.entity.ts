import { OptionalProps } from '@mikro-orm/core';
import { Entity, Index, PrimaryKey, Property } from '@mikro-orm/decorators/legacy';

/**
 * One mail to be sent: the outbox. Its content is encrypted (AES-256-GCM), since a code or a link in the database would sign its reader in;
 * once sent, or given up, it is blanked and only the fact stays.
 */
@Entity({ tableName: 'mails' })
export class Mail {
  [OptionalProps]?: 'attempts' | 'lastError' | 'sentAt';

  @PrimaryKey({ type: 'uuid' })
  id!: string;

  @Property({ type: 'text' })
  template!: string;

  @Property({ type: 'text' })
  locale!: string;

  @Property({ type: 'text' })
  recipient!: string;

  @Property({ type: 'text', nullable: true })
  sealed!: string | null;

  @Property({ type: 'integer', default: 0 })
  attempts = 0;

  @Property({ type: 'text', nullable: true })
  lastError: string | null = null;

  @Index()
  @Property({ type: 'datetime' })
  createdAt!: Date;

  @Property({ type: 'datetime', nullable: true })
  sentAt: Date | null = null;
}
