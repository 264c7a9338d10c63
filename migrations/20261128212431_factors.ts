import { Migration } from '@mikro-orm/migrations';

/**
 * What second factors, sign-in without a password and step-up keep in challenges, sessions and roles. The previous version, while it
 * still serves, writes none of it, and the defaults are what it does.
 */
export class Migration20261128212431_factors extends Migration {
  override name = 'Migration20261128212431_factors';

  override up(): void | Promise<void> {
    this.addSql(`alter table "roles" add "requires_second_factor" boolean not null default false;`);

    this.addSql(
      `alter table "sessions" add "amr" text[] not null default '{}', add "authenticated_at" timestamptz null;`,
    );

    this.addSql(`alter table "challenges" drop constraint "challenges_purpose_check";`);
    this.addSql(
      `alter table "challenges" add "methods" text[] not null default '{EMAIL_CODE}', add "proved" text[] not null default '{}', add "security_stamp" int null, add "session_id" uuid null, add "passkey_challenge" bytea null;`,
    );
    this.addSql(
      `alter table "challenges" add constraint "challenges_session_id_foreign" foreign key ("session_id") references "sessions" ("id") on delete cascade;`,
    );
    this.addSql(`create index "challenges_session_id_index" on "challenges" ("session_id");`);
    this.addSql(
      `alter table "challenges" add constraint "challenges_purpose_check" check ("purpose" in ('VERIFY_EMAIL', 'SIGN_IN', 'RESET_PASSWORD', 'CHANGE_EMAIL', 'SECOND_FACTOR', 'ENROLL_FACTOR', 'REAUTHENTICATE'));`,
    );
  }

  override down(): void | Promise<void> {
    this.addSql(`delete from "challenges" where "purpose" in ('SECOND_FACTOR', 'ENROLL_FACTOR', 'REAUTHENTICATE');`);
    this.addSql(`alter table "challenges" drop constraint "challenges_session_id_foreign";`);

    this.addSql(`drop index "challenges_session_id_index";`);
    this.addSql(`alter table "challenges" drop constraint "challenges_purpose_check";`);
    this.addSql(
      `alter table "challenges" drop column "methods", drop column "proved", drop column "security_stamp", drop column "session_id", drop column "passkey_challenge";`,
    );
    this.addSql(
      `alter table "challenges" add constraint "challenges_purpose_check" check ("purpose" in ('VERIFY_EMAIL', 'SIGN_IN', 'RESET_PASSWORD', 'CHANGE_EMAIL'));`,
    );

    this.addSql(`alter table "roles" drop column "requires_second_factor";`);

    this.addSql(`alter table "sessions" drop column "amr", drop column "authenticated_at";`);
  }
}
