import { OptionalProps, type Rel } from '@mikro-orm/core';
import { Entity, Index, ManyToOne, PrimaryKey, Property } from '@mikro-orm/decorators/legacy';
import { GraphQLDateTime as DateTime } from 'graphql-scalars';
import { Directive, Field, ID, ObjectType, registerEnumType } from 'type-graphql';
import { Identity } from '../identities/identity.entity.js';
import { newId } from '../platform/ids.js';
import { User } from '../users/user.entity.js';

export enum AuthenticationMethod {
  PASSWORD = 'PASSWORD',
  EMAIL_CODE = 'EMAIL_CODE',
  EMAIL_LINK = 'EMAIL_LINK',
  TOTP = 'TOTP',
  RECOVERY_CODE = 'RECOVERY_CODE',
  PASSKEY = 'PASSKEY',
  IDENTITY_PROVIDER = 'IDENTITY_PROVIDER',
}
registerEnumType(AuthenticationMethod, {
  name: 'AuthenticationMethod',
  description: 'How a user authenticated. The amr claim of access tokens carries it (RFC 8176).',
  valuesConfig: {
    PASSWORD: { description: 'The password. In the amr claim: pwd.' },
    EMAIL_CODE: { description: 'A one-time code that was sent by e-mail. In the amr claim: otp.' },
    EMAIL_LINK: {
      description: `
        The link in a mail. In the amr claim: otp. Not used yet: a link carries the code of its mail, and the server cannot
        tell a code that came by a link from a typed one. Both are EMAIL_CODE.
      `,
    },
    TOTP: { description: 'The code of an authenticator app. In the amr claim: otp.' },
    RECOVERY_CODE: { description: 'A recovery code. In the amr claim: otp.' },
    PASSKEY: { description: 'A passkey. In the amr claim: user, and swk if it is synchronised, else hwk.' },
    IDENTITY_PROVIDER: {
      description:
        'An account at an identity provider. In the amr claim: what the provider reports, if a setting trusts it; otherwise nothing.',
    },
  },
});

@ObjectType({
  description: `
    A sign-in on a device. It lasts from the sign-in until it is ended or expires.
    Its access tokens are short-lived; its refresh token gets new ones.
  `,
})
@Directive('@key(fields: "id")')
@Directive('@shareable')
@Entity({ tableName: 'sessions' })
@Index({
  name: 'sessions_live_of_user',
  expression: (columns, table, name) =>
    `create index "${name}" on "${table.name}" ("${columns.user}", "${columns.createdAt}" desc) where "${columns.endedAt}" is null`,
})
@Index({
  name: 'sessions_of_identity',
  expression: ({ identity }, table, name) =>
    `create index "${name}" on "${table.name}" ("${identity}") where "${identity}" is not null`,
})
@Index({
  name: 'sessions_of_provider_sid',
  expression: ({ providerSid }, table, name) =>
    `create index "${name}" on "${table.name}" ("${providerSid}") where "${providerSid}" is not null`,
})
@Index({
  name: 'sessions_of_impersonator',
  expression: ({ impersonatorSession }, table, name) =>
    `create index "${name}" on "${table.name}" ("${impersonatorSession}") where "${impersonatorSession}" is not null`,
})
@Index({
  name: 'sessions_ended',
  expression: ({ endedAt }, table, name) =>
    `create index "${name}" on "${table.name}" ("${endedAt}") where "${endedAt}" is not null`,
})
export class Session {
  [OptionalProps]?: 'refreshes' | 'amr';

  @Field(() => ID, { description: 'The id of the session, a UUID. The sid claim of access tokens carries it.' })
  @PrimaryKey({ type: 'uuid' })
  id: string = newId();

  @Index()
  @ManyToOne({ entity: () => User, deleteRule: 'cascade' })
  user!: Rel<User>;

  @Field(() => DateTime, { description: 'When the user signed in.' })
  @Property({ type: 'datetime' })
  createdAt!: Date;

  @Field(() => DateTime, { description: 'When the session was last refreshed; until then, when the user signed in.' })
  @Property({ type: 'datetime' })
  lastUsedAt!: Date;

  /** Moves with every refresh, never past `absoluteExpiresAt`. In no index, like everything that a refresh changes, so that it is a HOT update. */
  @Field(() => DateTime, {
    description: `
      When the session expires unless it is refreshed before. Each refresh moves it (SESSION_IDLE_LIFETIME, 30d by default),
      but not beyond a fixed time after the sign-in (SESSION_ABSOLUTE_LIFETIME, 90d by default).
    `,
  })
  @Property({ type: 'datetime' })
  expiresAt!: Date;

  /** The purge uses it, since it never changes. */
  @Index()
  @Property({ type: 'datetime' })
  absoluteExpiresAt!: Date;

  @Property({ type: 'datetime', nullable: true })
  endedAt: Date | null = null;

  @Field(() => String, {
    nullable: true,
    description: 'The IPv4 or IPv6 address of the last refresh, or of the sign-in. Null when it is not known.',
  })
  @Property({ type: 'string', length: 45, nullable: true })
  ipAddress: string | null = null;

  @Field(() => String, {
    nullable: true,
    description: 'The User-Agent header of the last refresh, or of the sign-in. Null when none was sent.',
  })
  @Property({ type: 'string', length: 512, nullable: true })
  userAgent: string | null = null;

  /** A window of refreshes, counted in the statement of the refresh (see rotate.ts). */
  @Property({ type: 'datetime' })
  refreshesSince!: Date;

  @Property({ type: 'integer', default: 1 })
  refreshes: number = 1;

  @Field(() => [AuthenticationMethod], { description: 'How the user authenticated at the sign-in.' })
  @Property({ type: 'string[]', columnType: 'text[]' })
  authenticationMethods: AuthenticationMethod[] = [];

  /** The amr claim of its access tokens. Empty in sessions of versions that did not store it. */
  @Property({ type: 'string[]', columnType: 'text[]', default: [] })
  amr: string[] = [];

  /** When the user last authenticated. Null: at the sign-in. */
  @Property({ type: 'datetime', nullable: true })
  authenticatedAt: Date | null = null;

  /** When a second factor was last verified in it. Null: never. */
  @Property({ type: 'datetime', nullable: true })
  factorVerifiedAt: Date | null = null;

  /** For a sign-in on a trusted device: the user's security stamp. The device is trusted until that is raised. Null for any other. */
  @Property({ type: 'integer', nullable: true })
  trustedStamp: number | null = null;

  /** The identity that the user signed in with, whose provider can end the session. Null for any other sign-in, and once it is unlinked. */
  @ManyToOne({ entity: () => Identity, nullable: true, deleteRule: 'set null', index: false })
  identity: Rel<Identity> | null = null;

  /** The provider's own session, from the ID token (`sid`, OpenID Connect Front-Channel Logout 1.0 §3). */
  @Property({ type: 'string', length: 255, nullable: true })
  providerSid: string | null = null;

  /** For an impersonation: the administrator's session. Triggers end the impersonation with it, and when the administrator's rights change. */
  @ManyToOne({ entity: () => Session, nullable: true, deleteRule: 'cascade', index: false })
  impersonatorSession: Rel<Session> | null = null;
}
