import { Migration } from '@mikro-orm/migrations';

/** Authenticator apps and recovery codes. The previous version knows neither, and asks nobody for them. */
export class Migration20261128215245_totp_factors extends Migration {
  override name = 'Migration20261128215245_totp_factors';

  override up(): void | Promise<void> {
    this.addSql(
      `create table "totp_factors" ("id" uuid not null, "user_id" uuid not null, "name" varchar(100) not null, "created_at" timestamptz not null, "last_used_at" timestamptz null, "secret" text not null, "last_step" int not null, primary key ("id"));`,
    );
    this.addSql(`create index "totp_factors_user_id_index" on "totp_factors" ("user_id");`);

    this.addSql(
      `create table "recovery_codes" ("id" uuid not null, "user_id" uuid not null, "code_hash" bytea not null, "used_at" timestamptz null, "created_at" timestamptz not null, primary key ("id"));`,
    );
    this.addSql(`create index "recovery_codes_user_id_index" on "recovery_codes" ("user_id");`);

    this.addSql(
      `create table "totp_enrollments" ("id" uuid not null, "challenge_id" uuid not null, "secret" text not null, "last_step" int not null default 0, primary key ("id"));`,
    );
    this.addSql(
      `alter table "totp_enrollments" add constraint "totp_enrollments_challenge_id_unique" unique ("challenge_id");`,
    );

    this.addSql(
      `alter table "totp_factors" add constraint "totp_factors_user_id_foreign" foreign key ("user_id") references "users" ("id") on delete cascade;`,
    );

    this.addSql(
      `alter table "recovery_codes" add constraint "recovery_codes_user_id_foreign" foreign key ("user_id") references "users" ("id") on delete cascade;`,
    );

    this.addSql(
      `alter table "totp_enrollments" add constraint "totp_enrollments_challenge_id_foreign" foreign key ("challenge_id") references "challenges" ("id") on delete cascade;`,
    );

    // Temporary tables last: see the migration of the audit log.
    this.addSql(`select set_config('search_path', quote_ident(current_schema()) || ', pg_temp', true);`);
    // Also for the tables of factors that come later.
    this
      .addSql(`create function raise_security_stamp_of_enrolled() returns trigger language plpgsql set search_path from current as $$
    begin
      update users set security_stamp = security_stamp + 1 where id = coalesce(new.user_id, old.user_id);
      return null;
    end $$;`);
    this.addSql(
      `create trigger totp_factors_raise_security_stamp after insert or delete on totp_factors for each row execute function raise_security_stamp_of_enrolled();`,
    );
  }

  override down(): void | Promise<void> {
    this.addSql(`drop table if exists "totp_factors" cascade;`);
    this.addSql(`drop table if exists "recovery_codes" cascade;`);
    this.addSql(`drop table if exists "totp_enrollments" cascade;`);
    this.addSql(`drop function raise_security_stamp_of_enrolled();`);
  }
}
