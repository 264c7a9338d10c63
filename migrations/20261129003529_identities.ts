import { Migration } from '@mikro-orm/migrations';

/**
 * Accounts at identity providers, and the sign-ins by them that are under way. An identity that is linked or unlinked raises the security
 * stamp of its user, as a factor does. The previous version, while it still serves, knows nothing of them: it issues no challenge
 * for one, and finds none by the purposes that it asks for.
 */
export class Migration20261129003529_identities extends Migration {
  override name = 'Migration20261129003529_identities';

  override up(): void | Promise<void> {
    this.addSql(
      `create table "provider_attempts" ("id" uuid not null, "provider" varchar(64) not null, "redirect_uri" text not null, "client_state" text null, "code_challenge" varchar(43) not null, "token_hash" bytea null, "state_hash" bytea not null, "outward" text not null, "browser_hash" bytea null, "form" text null, "user_id" uuid null, "session_id" uuid null, "security_stamp" int null, "answered_at" timestamptz null, "profile" text null, "code_hash" bytea null, "code_expires_at" timestamptz null, "completed_at" timestamptz null, "created_at" timestamptz not null, "expires_at" timestamptz not null, primary key ("id"));`,
    );
    this.addSql(
      `alter table "provider_attempts" add constraint "provider_attempts_token_hash_unique" unique ("token_hash");`,
    );
    this.addSql(
      `alter table "provider_attempts" add constraint "provider_attempts_state_hash_unique" unique ("state_hash");`,
    );
    this.addSql(`create index "provider_attempts_user_id_index" on "provider_attempts" ("user_id");`);
    this.addSql(`create index "provider_attempts_session_id_index" on "provider_attempts" ("session_id");`);
    this.addSql(
      `alter table "provider_attempts" add constraint "provider_attempts_code_hash_unique" unique ("code_hash");`,
    );
    this.addSql(`create index "provider_attempts_expires_at_index" on "provider_attempts" ("expires_at");`);

    this.addSql(
      `create table "identities" ("id" uuid not null, "user_id" uuid not null, "provider" varchar(64) not null, "issuer" varchar(255) not null, "subject" varchar(255) not null, "email" varchar(254) null, "display_name" varchar(100) null, "created_at" timestamptz not null, "last_used_at" timestamptz null, "tokens" text null, primary key ("id"));`,
    );
    this.addSql(`create index "identities_user_id_index" on "identities" ("user_id");`);
    this.addSql(
      `alter table "identities" add constraint "identities_issuer_subject_unique" unique ("issuer", "subject");`,
    );

    this.addSql(`alter table "challenges" drop constraint "challenges_purpose_check";`);
    this.addSql(`alter table "challenges" add "attempt_id" uuid null;`);
    this.addSql(
      `alter table "challenges" add constraint "challenges_attempt_id_foreign" foreign key ("attempt_id") references "provider_attempts" ("id") on delete cascade;`,
    );
    this.addSql(`create index "challenges_attempt_id_index" on "challenges" ("attempt_id");`);
    this.addSql(
      `alter table "challenges" add constraint "challenges_purpose_check" check ("purpose" in ('VERIFY_EMAIL', 'SIGN_IN', 'RESET_PASSWORD', 'CHANGE_EMAIL', 'SECOND_FACTOR', 'ENROLL_FACTOR', 'REAUTHENTICATE', 'LINK_IDENTITY'));`,
    );

    this.addSql(
      `alter table "provider_attempts" add constraint "provider_attempts_user_id_foreign" foreign key ("user_id") references "users" ("id") on delete cascade;`,
    );
    this.addSql(
      `alter table "provider_attempts" add constraint "provider_attempts_session_id_foreign" foreign key ("session_id") references "sessions" ("id") on delete cascade;`,
    );

    this.addSql(
      `alter table "identities" add constraint "identities_user_id_foreign" foreign key ("user_id") references "users" ("id") on delete cascade;`,
    );

    // Its function is of the migration of the authenticator apps.
    this.addSql(
      `create trigger identities_raise_security_stamp after insert or delete on identities for each row execute function raise_security_stamp_of_enrolled();`,
    );
  }

  override down(): void | Promise<void> {
    // The version before has no name for the method.
    this.addSql(`delete from "challenges" where "purpose" = 'LINK_IDENTITY' or 'IDENTITY_PROVIDER' = any("proved");`);
    this.addSql(
      `update "sessions" set "authentication_methods" = array_remove("authentication_methods", 'IDENTITY_PROVIDER') where 'IDENTITY_PROVIDER' = any("authentication_methods");`,
    );
    this.addSql(`alter table "challenges" drop constraint "challenges_attempt_id_foreign";`);

    this.addSql(`drop table if exists "provider_attempts" cascade;`);
    this.addSql(`drop table if exists "identities" cascade;`);

    this.addSql(`drop index "challenges_attempt_id_index";`);
    this.addSql(`alter table "challenges" drop constraint "challenges_purpose_check";`);
    this.addSql(`alter table "challenges" drop column "attempt_id";`);
    this.addSql(
      `alter table "challenges" add constraint "challenges_purpose_check" check ("purpose" in ('VERIFY_EMAIL', 'SIGN_IN', 'RESET_PASSWORD', 'CHANGE_EMAIL', 'SECOND_FACTOR', 'ENROLL_FACTOR', 'REAUTHENTICATE'));`,
    );
  }
}
