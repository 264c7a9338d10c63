import { OptionalProps, type Rel } from '@mikro-orm/core';
import { Entity, OneToOne, PrimaryKey, Property } from '@mikro-orm/decorators/legacy';
import { Challenge } from '../../challenges/challenge.entity.js';

/** The secret of an authenticator app that is not confirmed yet. It is deleted with its challenge, and no sign-in asks for it. */
@Entity({ tableName: 'totp_enrollments' })
export class PendingTotp {
  [OptionalProps]?: 'lastStep';

  /** The id that the factor will have. */
  @PrimaryKey({ type: 'uuid' })
  id!: string;

  @OneToOne({ entity: () => Challenge, deleteRule: 'cascade', owner: true })
  challenge!: Rel<Challenge>;

  /** Encrypted, like that of the factor. */
  @Property({ type: 'text' })
  secret!: string;

  /** The time step of the confirming code: the same code must not sign in afterwards. */
  @Property({ type: 'integer', default: 0 })
  lastStep: number = 0;
}
