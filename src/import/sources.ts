import type { ProviderKind } from '../config/provider-kinds.js';
import { isId } from '../platform/ids.js';
import {
  auth0Identities,
  betterAuthIdentities,
  firebaseIdentities,
  inside,
  keycloakIdentities,
  listed,
  supabaseIdentities,
} from './exported-identities.js';
import { keycloakHash } from './keycloak-hash.js';
import { keycloakTotp } from './keycloak-otp.js';
import { type ExportedFields, isBefore, isInstant, isSet, isUnset } from './lock.js';

export interface Source {
  /** Every field of its exports, used or not. Any other field may be a password or a lock: unknown-fields.ts. */
  fields?: readonly string[];
  /** Finds the fields, unless they are at the top level. */
  open?(line: ExportedFields): ExportedFields;
  /** Turns the fields into the shape of user-line.ts, which validates every value. Throws `UnreadableLock`. */
  map(user: ExportedFields, now: Date): ExportedFields;
  /** The names of providers in its exports, as far as a name is unambiguous. */
  providers?: Readonly<Record<string, ProviderKind>>;
}

/** The systems whose exports can be read as they are; one more is one more row. */
export const SOURCES = {
  // Its fields are those of the shape, which accepts no others.
  sallyport: { map: (user) => user },

  // firebase auth:export users.json, then jq -c '.users[]'
  firebase: {
    fields:
      words(`localId email emailVerified passwordHash salt displayName photoUrl lastSignedInAt lastLoginAt createdAt
      phoneNumber disabled customAttributes providerUserInfo`),
    map: (user) => ({
      externalId: user.localId,
      email: user.email,
      emailVerified: user.emailVerified,
      displayName: blank(user.displayName),
      suspended: isSet(user, 'disabled'),
      createdAt: user.createdAt === undefined ? undefined : Number(user.createdAt),
      passwordHash: user.passwordHash
        ? { algorithm: 'firebase-scrypt', salt: user.salt, hash: user.passwordHash }
        : undefined,
      identities: firebaseIdentities(user),
    }),
    providers: {
      'google.com': 'google',
      'apple.com': 'apple',
      'facebook.com': 'facebook',
      'github.com': 'github',
      'twitter.com': 'x',
    },
  },

  // The hashes as Auth0's support sends them, the users as the job users-exports writes them, or both joined
  auth0: {
    fields: words(`_id user_id email email_verified username name nickname given_name family_name picture locale blocked
      passwordHash password_set_date last_password_reset created_at updated_at last_login last_ip logins_count tenant
      connection provider identities user_metadata app_metadata phone_number phone_verified multifactor
      multifactor_last_modified _tmp_is_unique`),
    map: (user) => ({
      externalId: blank(user.user_id) ?? auth0Id(inside(user._id).$oid),
      email: user.email,
      emailVerified: user.email_verified,
      username: blank(user.username),
      displayName: nameUnlessAddress(user.name),
      suspended: isSet(user, 'blocked'),
      createdAt: typeof user.created_at === 'string' ? user.created_at : undefined,
      passwordHash: blank(user.passwordHash),
      identities: auth0Identities(user),
    }),
    providers: {
      'google-oauth2': 'google',
      apple: 'apple',
      facebook: 'facebook',
      github: 'github',
      linkedin: 'linkedin',
      twitter: 'x',
    },
  },

  // select row_to_json(u) from auth.users u, with their rows of auth.mfa_factors and auth.identities
  supabase: {
    fields: words(`instance_id id aud role email encrypted_password email_confirmed_at invited_at confirmation_token
      confirmation_sent_at recovery_token recovery_sent_at email_change_token_new email_change_token_current email_change
      email_change_sent_at email_change_confirm_status last_sign_in_at raw_app_meta_data raw_user_meta_data is_super_admin
      created_at updated_at phone phone_confirmed_at phone_change phone_change_token phone_change_sent_at confirmed_at
      banned_until reauthentication_token reauthentication_sent_at is_sso_user deleted_at is_anonymous mfa_factors
      identities`),
    map: (user, now) => ({
      id: idOrNone(user.id),
      externalId: user.id,
      email: user.email,
      emailVerified: isInstant(user.email_confirmed_at),
      displayName: blank(inside(user.raw_user_meta_data).full_name ?? inside(user.raw_user_meta_data).name),
      suspended: Boolean(user.deleted_at) || isBefore(now, user, 'banned_until'),
      createdAt: user.created_at,
      passwordHash: blank(user.encrypted_password),
      totpSecrets: supabaseTotp(user.mfa_factors),
      identities: supabaseIdentities(user),
    }),
    providers: {
      google: 'google',
      apple: 'apple',
      azure: 'microsoft',
      discord: 'discord',
      facebook: 'facebook',
      github: 'github',
      gitlab: 'gitlab',
      linkedin_oidc: 'linkedin',
      slack_oidc: 'slack',
      twitter: 'x',
      x: 'x',
    },
  },

  // The users of a realm's export, jq -c '.users[]'
  keycloak: {
    fields: words(`id createdTimestamp username enabled totp emailVerified firstName lastName email attributes
      credentials disableableCredentialTypes requiredActions realmRoles clientRoles applicationRoles groups
      federatedIdentities federationLink socialLinks clientConsents serviceAccountClientId notBefore access origin self
      userProfileMetadata`),
    map: (user) => ({
      id: idOrNone(user.id),
      externalId: user.id,
      email: user.email,
      emailVerified: user.emailVerified,
      username: nameUnlessAddress(user.username),
      displayName: fullName(user.firstName, user.lastName),
      locale: ([] as unknown[]).concat(inside(user.attributes).locale ?? [])[0],
      suspended: isUnset(user, 'enabled'),
      createdAt: user.createdTimestamp,
      passwordHash: keycloakHash(user.credentials),
      totpSecrets: keycloakTotp(user.credentials),
      identities: keycloakIdentities(user),
    }),
    // Its GitHub and GitLab may be any server.
    providers: { google: 'google', facebook: 'facebook', 'linkedin-openid-connect': 'linkedin', twitter: 'x' },
  },

  // select to_jsonb(u) from "user" u, with their rows of account
  'better-auth': {
    fields: words(`id name email emailVerified image createdAt updatedAt username displayUsername role banned banReason
      banExpires twoFactorEnabled phoneNumber phoneNumberVerified isAnonymous lastLoginMethod accounts`),
    map: (user, now) => ({
      id: idOrNone(user.id),
      externalId: user.id,
      email: user.email,
      emailVerified: user.emailVerified,
      username: nameUnlessAddress(user.username),
      displayName: nameUnlessAddress(user.name),
      suspended: isSet(user, 'banned') && (blank(user.banExpires) === undefined || isBefore(now, user, 'banExpires')),
      createdAt: user.createdAt,
      // Its own scrypt, or the format of a hasher of the application.
      passwordHash: blank(listed(user.accounts).find(({ providerId }) => providerId === 'credential')?.password),
      // Encrypted with the application's secret, so left out, and reported.
      totpSecrets: user.twoFactorEnabled === true ? [{}] : undefined,
      identities: betterAuthIdentities(user),
    }),
    // Its GitLab may be any server.
    providers: {
      google: 'google',
      apple: 'apple',
      discord: 'discord',
      facebook: 'facebook',
      github: 'github',
      linkedin: 'linkedin',
      twitter: 'x',
    },
  },

  // manage.py dumpdata auth.user, then jq -c '.[]'
  django: {
    fields: words(`pk model username first_name last_name email password is_active is_staff is_superuser last_login
      date_joined groups user_permissions`),
    open: ({ pk, model, fields }) => ({ ...inside(fields), pk, model }),
    map: (user) => ({
      externalId: user.pk,
      email: user.email,
      username: nameUnlessAddress(user.username),
      displayName: fullName(user.first_name, user.last_name),
      suspended: isUnset(user, 'is_active'),
      createdAt: user.date_joined,
      // Django marks "no password" with a leading !.
      passwordHash: typeof user.password === 'string' && user.password.startsWith('!') ? null : blank(user.password),
    }),
  },
} satisfies Record<string, Source>;

export type SourceName = keyof typeof SOURCES;

function words(list: string): string[] {
  return list.split(/\s+/);
}

/** The confirmed ones. A factor of another kind, such as a phone, becomes an empty entry, which the report mentions. */
function supabaseTotp(factors: unknown): unknown {
  if (!Array.isArray(factors)) return undefined;
  const confirmed = factors.map(inside).filter(({ status }) => status === 'verified');
  return confirmed.map((factor) =>
    factor.factor_type === 'totp' ? { secret: factor.secret, name: blank(factor.friendly_name) } : {},
  );
}

function blank(value: unknown): unknown {
  return value === '' || value === null ? undefined : value;
}

/** An id that is not a UUID is stored as the external id alone. */
function idOrNone(value: unknown): unknown {
  return typeof value === 'string' && isId(value.toLowerCase()) ? value : undefined;
}

/** The file of hashes has the bare id of a user; exports and tokens write `auth0|<id>`. */
function auth0Id(oid: unknown): string | undefined {
  return typeof oid === 'string' ? `auth0|${oid}` : undefined;
}

/** Other systems use the address if there is no username. Here, an identifier with an @ is always an address. */
function nameUnlessAddress(value: unknown): unknown {
  return typeof value === 'string' && value.includes('@') ? undefined : blank(value);
}

function fullName(...names: unknown[]): string | undefined {
  return names.filter((name) => typeof name === 'string' && name.trim() !== '').join(' ') || undefined;
}
