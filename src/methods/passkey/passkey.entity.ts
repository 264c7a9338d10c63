import { OptionalProps } from '@mikro-orm/core';
import { Entity, Property, Unique } from '@mikro-orm/decorators/legacy';
import { Field, ObjectType } from 'type-graphql';
import { Factor } from '../factor.js';
import { providerOf } from './providers.js';

@ObjectType({
  implements: Factor,
  description: 'A passkey: a key pair whose private half stays on a device or in a password manager (WebAuthn).',
})
@Entity({ tableName: 'passkeys' })
export class Passkey extends Factor {
  [OptionalProps]?: 'credentialId' | 'provider' | 'lastUsedAt';

  /** The id of the credential. Unique over all users: a sign-in finds its user by it alone (WebAuthn L3 §7.1). */
  @Unique()
  @Property({ type: 'blob' })
  rawId!: Buffer;

  /** COSE_Key (RFC 9052). */
  @Property({ type: 'blob' })
  publicKey!: Buffer;

  /** An unsigned number of 32 bits. */
  @Property({ type: 'bigint' })
  signCount!: string;

  /** How to reach the authenticator, as a browser reported it: only a hint. */
  @Property({ type: 'string[]', columnType: 'text[]' })
  transports: string[] = [];

  /** Whether it may be synchronised. It never changes (WebAuthn L3 §6.1.3). */
  @Property({ type: 'boolean' })
  backupEligible!: boolean;

  @Field(() => Boolean, {
    description: "Whether it was synchronised between devices when it was last used (WebAuthn's backup state).",
  })
  @Property({ type: 'boolean' })
  backedUp!: boolean;

  /** The model of the authenticator; zeros if it is not disclosed. */
  @Property({ type: 'uuid' })
  aaguid!: string;

  /** PASSKEY_RP_ID when it was registered. */
  @Property({ type: 'string', length: 253 })
  rpId!: string;

  @Field(() => String, {
    description: 'The id of the credential, base64url: for the signals of PublicKeyCredential.',
  })
  get credentialId(): string {
    return Buffer.from(this.rawId).toString('base64url');
  }

  @Field(() => String, {
    nullable: true,
    description: 'Where it is kept, such as iCloud Keychain or Google Password Manager. Null when that is not known.',
  })
  get provider(): string | null {
    return providerOf(this.aaguid);
  }
}
