import { Entity, Property } from '@mikro-orm/decorators/legacy';
import { ObjectType } from 'type-graphql';
import { Factor } from '../factor.js';

/** The name unless the user gives another. */
export const TOTP_NAME = 'Authenticator app';

@ObjectType({
  implements: Factor,
  description: 'An authenticator app, which shows a code of six digits (TOTP, RFC 6238).',
})
@Entity({ tableName: 'totp_factors' })
export class TotpFactor extends Factor {
  /** Encrypted, and bound to its user and its id: see totp-secret.ts. */
  @Property({ type: 'text' })
  secret!: string;

  /** The last time step that was accepted. Each is accepted once (RFC 6238 §5.2). */
  @Property({ type: 'integer' })
  lastStep!: number;
}
