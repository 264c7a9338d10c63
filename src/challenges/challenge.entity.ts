import { OptionalProps, type Rel } from '@mikro-orm/core';
import { Check, Entity, Enum, Index, ManyToOne, PrimaryKey, Property, Unique } from '@mikro-orm/decorators/legacy';
import { registerEnumType } from 'type-graphql';
import { ProviderAttempt } from '../identities/provider-attempt.entity.js';
import { newId } from '../platform/ids.js';
import { PendingRegistration } from '../registrations/pending-registration.entity.js';
import { type AuthenticationMethod, Session } from '../sessions/session.entity.js';
import { User } from '../users/user.entity.js';

export enum ChallengePurpose {
  VERIFY_EMAIL = 'VERIFY_EMAIL',
  SIGN_IN = 'SIGN_IN',
  RESET_PASSWORD = 'RESET_PASSWORD',
  CHANGE_EMAIL = 'CHANGE_EMAIL',
  SECOND_FACTOR = 'SECOND_FACTOR',
  ENROLL_FACTOR = 'ENROLL_FACTOR',
  REAUTHENTICATE = 'REAUTHENTICATE',
  LINK_IDENTITY = 'LINK_IDENTITY',
}
registerEnumType(ChallengePurpose, {
  name: 'ChallengePurpose',
  description: 'What answering a challenge does. A code for one purpose does not answer a challenge for another.',
  valuesConfig: {
    VERIFY_EMAIL: { description: 'Verifies the e-mail address of an account and signs in. Answer it with verifyOtp.' },
    SIGN_IN: {
      description:
        'Signs in without a password, and opens the account of a new address. Answer it with verifyOtp, or with verifyPasskey.',
    },
    RESET_PASSWORD: { description: 'Sets a new password and signs in. Answer it with resetPassword.' },
    CHANGE_EMAIL: { description: 'Changes the e-mail address of an account. Answer it with confirmEmailChange.' },
    SECOND_FACTOR: {
      description: 'Completes a sign-in with a second factor. Answer it with verifyOtp, or with verifyPasskey.',
    },
    ENROLL_FACTOR: {
      description:
        'A second factor is required, and the user has none. Enrol one with enrollTotp or startPasskeyRegistration.',
    },
    REAUTHENTICATE: { description: 'Verifies again who is signed in. Answer it with reauthenticate.' },
    LINK_IDENTITY: {
      description: `
        Verifies that an address, or the account that has it, is the user's; links an identity to the account, and signs in. An
        address without an account gets one.
        Answer it with verifyOtp, with verifyPasskey, or with login and its challengeToken, depending on methods.
      `,
    },
  },
});

export enum ChallengeMethod {
  EMAIL_CODE = 'EMAIL_CODE',
  TOTP = 'TOTP',
  RECOVERY_CODE = 'RECOVERY_CODE',
  PASSKEY = 'PASSKEY',
  PASSWORD = 'PASSWORD',
}
registerEnumType(ChallengeMethod, {
  name: 'ChallengeMethod',
  description:
    'A way to answer a challenge. Later versions may add methods: ignore those that your client does not know.',
  valuesConfig: {
    EMAIL_CODE: { description: 'A one-time code that was sent by e-mail.' },
    TOTP: { description: 'The code that an authenticator app shows.' },
    RECOVERY_CODE: { description: 'One of the recovery codes.' },
    PASSKEY: { description: 'A passkey: pass passkeyOptions to navigator.credentials.get().' },
    PASSWORD: { description: 'The password: with reauthenticate, or with login for LINK_IDENTITY.' },
  },
});

/** A secret: an entity GraphQL cannot name. */
@Entity({ tableName: 'challenges' })
@Index({
  name: 'challenges_of_nobody',
  expression: ({ email, user }, table, name) =>
    `create index "${name}" on "${table.name}" ("${email}") where "${user}" is null`,
})
@Check({ name: 'challenges_attempts_left_check', expression: 'attempts_left >= 0' })
@Check({ name: 'challenges_of_one', expression: 'user_id is null or registration_id is null' })
export class Challenge {
  [OptionalProps]?: 'linked' | 'byOwner' | 'methods' | 'proved' | 'voided';

  @PrimaryKey({ type: 'uuid' })
  id: string = newId();

  /** SHA-256 of the challenge token that names it. */
  @Unique()
  @Property({ type: 'blob' })
  tokenHash!: Buffer;

  @Enum({ items: () => ChallengePurpose, type: 'string', length: 20 })
  purpose!: ChallengePurpose;

  /** Null if it belongs to a registration. If both are null, the address is unknown, and no code is right. */
  @Index()
  @ManyToOne({ entity: () => User, nullable: true, deleteRule: 'cascade' })
  user: Rel<User> | null = null;

  /** If the account is not opened yet. If the address has an owner by the time of the answer, no code is right. */
  @Index()
  @ManyToOne({ entity: () => PendingRegistration, nullable: true, deleteRule: 'cascade' })
  registration: Rel<PendingRegistration> | null = null;

  /** The methods that can answer it. */
  @Property({ type: 'string[]', columnType: 'text[]', default: [ChallengeMethod.EMAIL_CODE] })
  methods: ChallengeMethod[] = [ChallengeMethod.EMAIL_CODE];

  /** What was verified before it was issued. */
  @Property({ type: 'string[]', columnType: 'text[]', default: [] })
  proved: AuthenticationMethod[] = [];

  /**
   * The user's security stamp when it was issued: once that has been raised, the challenge is void. Null if it depends on nothing verified
   * before.
   */
  @Property({ type: 'integer', nullable: true })
  securityStamp: number | null = null;

  /** The session that it was requested in, if it acts upon that session. */
  @Index()
  @ManyToOne({ entity: () => Session, nullable: true, deleteRule: 'cascade' })
  session: Rel<Session> | null = null;

  /** Whose identity is linked once the sign-in is complete. */
  @Index()
  @ManyToOne({ entity: () => ProviderAttempt, nullable: true, deleteRule: 'cascade' })
  attempt: Rel<ProviderAttempt> | null = null;

  /** What a passkey has to sign: the challenge of WebAuthn. */
  @Property({ type: 'blob', nullable: true })
  passkeyChallenge: Buffer | null = null;

  /** Where the code was sent. Empty if none is sent and the user is not known yet. */
  @Property({ type: 'string', length: 254 })
  email!: string;

  /** The language of its mails. */
  @Property({ type: 'string', length: 35, nullable: true })
  locale: string | null = null;

  /** The application that its mails lead to, by its name in APP_URLS. Null: the first. */
  @Property({ type: 'string', length: 32, nullable: true })
  app: string | null = null;

  /** HMAC of the code, keyed by the server and bound to this challenge. */
  @Property({ type: 'blob' })
  codeHash!: Buffer;

  /** Whether its mails also have a link, which any reader of them may follow: not if the account may belong to a stranger. */
  @Property({ type: 'boolean', default: true })
  linked: boolean = true;

  /**
   * Requested on a device on which its owner has signed in, in their session, or by an administrator: no stranger has its token, so
   * strangers' guesses at other challenges do not count for it.
   */
  @Property({ type: 'boolean', default: false })
  byOwner: boolean = false;

  @Property({ type: 'integer' })
  attemptsLeft!: number;

  @Property({ type: 'datetime' })
  resendAfter!: Date;

  @Index()
  @Property({ type: 'datetime' })
  expiresAt!: Date;

  @Property({ type: 'datetime', nullable: true })
  answeredAt: Date | null = null;

  /** `answeredAt` is not an answer: a newer challenge replaced it, or the account changed. */
  @Property({ type: 'boolean', default: false })
  voided: boolean = false;

  @Property({ type: 'datetime' })
  createdAt!: Date;
}
