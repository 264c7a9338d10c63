import { Migration } from '@mikro-orm/migrations';

export class Migration20261120145103_initial extends Migration {
  override name = 'Migration20261120145103_initial';

  override up(): void | Promise<void> {
    this.addSql(
      `create table "audit_events" ("id" uuid not null, "at" timestamptz not null, "action" varchar(64) not null, "outcome" text not null default 'SUCCEEDED', "code" varchar(40) null, "actor_id" uuid null, "subject_id" uuid null, "session_id" uuid null, "ip_address" varchar(45) null, "user_agent" varchar(512) null, "request_id" varchar(64) null, primary key ("id"));`,
    );
    this.addSql(`create index "audit_events_at_index" on "audit_events" ("at");`);
    this.addSql(`create index "audit_events_subject_id_at_index" on "audit_events" ("subject_id", "at");`);

    this.addSql(
      `create table "mails" ("id" uuid not null, "template" text not null, "locale" text not null, "recipient" text not null, "sealed" text null, "attempts" int not null default 0, "last_error" text null, "created_at" timestamptz not null, "sent_at" timestamptz null, primary key ("id"));`,
    );
    this.addSql(`create index "mails_created_at_index" on "mails" ("created_at");`);

    this.addSql(
      `create table "revoked_tokens" ("jti" uuid not null, "expires_at" timestamptz not null, primary key ("jti"));`,
    );
    this.addSql(`create index "revoked_tokens_expires_at_index" on "revoked_tokens" ("expires_at");`);

    this.addSql(
      `create table "roles" ("name" varchar(64) not null, "description" text null, "permissions" text[] not null, "built_in" boolean not null default false, "version" int not null default 1, "created_at" timestamptz not null, "updated_at" timestamptz not null, primary key ("name"));`,
    );

    this.addSql(
      `create table "users" ("id" uuid not null, "email" varchar(254) not null, "username" varchar(32) null, "display_name" varchar(100) null, "avatar_url" text null, "locale" varchar(35) null, "email_verified_at" timestamptz null, "suspended_at" timestamptz null, "suspended_reason" text null, "version" int not null default 1, "last_login_at" timestamptz null, "created_at" timestamptz not null, "updated_at" timestamptz not null, "deleted_at" timestamptz null, primary key ("id"));`,
    );
    this.addSql(`create index "users_created_at_index" on "users" ("created_at");`);
    this.addSql(
      `create unique index "users_username_unique" on "users" (lower("username")) where "deleted_at" is null;`,
    );
    this.addSql(`create unique index "users_email_unique" on "users" ("email") where "deleted_at" is null;`);

    this.addSql(
      `create table "sessions" ("id" uuid not null, "user_id" uuid not null, "created_at" timestamptz not null, "last_used_at" timestamptz not null, "expires_at" timestamptz not null, "absolute_expires_at" timestamptz not null, "ended_at" timestamptz null, "ip_address" varchar(45) null, "user_agent" varchar(512) null, "refreshes_since" timestamptz not null, "refreshes" int not null default 1, "authentication_methods" text[] not null, primary key ("id"));`,
    );
    this.addSql(`create index "sessions_user_id_index" on "sessions" ("user_id");`);
    this.addSql(`create index "sessions_expires_at_index" on "sessions" ("expires_at");`);
    this.addSql(
      `create index "sessions_live_of_user" on "sessions" ("user_id", "created_at" desc) where "ended_at" is null;`,
    );

    this.addSql(
      `create table "refresh_tokens" ("id" uuid not null, "session_id" uuid not null, "parent_id" uuid null, "secret_hash" bytea not null, "created_at" timestamptz not null, "used_at" timestamptz null, primary key ("id"));`,
    );
    this.addSql(`create index "refresh_tokens_session_id_index" on "refresh_tokens" ("session_id");`);
    this.addSql(`alter table "refresh_tokens" add constraint "refresh_tokens_parent_id_unique" unique ("parent_id");`);

    this.addSql(
      `create table "passwords" ("user_id" uuid not null, "hash" text not null, "changed_at" timestamptz not null, primary key ("user_id"));`,
    );

    this.addSql(
      `create table "challenges" ("id" uuid not null, "token_hash" bytea not null, "purpose" text not null, "user_id" uuid null, "email" varchar(254) not null, "locale" varchar(35) null, "code_hash" bytea not null, "attempts_left" int not null, "resend_after" timestamptz not null, "expires_at" timestamptz not null, "answered_at" timestamptz null, "created_at" timestamptz not null, primary key ("id"));`,
    );
    this.addSql(`alter table "challenges" add constraint "challenges_token_hash_unique" unique ("token_hash");`);
    this.addSql(`create index "challenges_user_id_index" on "challenges" ("user_id");`);
    this.addSql(`create index "challenges_expires_at_index" on "challenges" ("expires_at");`);

    this.addSql(
      `create table "user_roles" ("user_id" uuid not null, "role_name" varchar(64) not null, "granted_at" timestamptz not null, primary key ("user_id", "role_name"));`,
    );
    this.addSql(`create index "user_roles_role_name_index" on "user_roles" ("role_name");`);

    this.addSql(
      `alter table "audit_events" add constraint "audit_events_outcome_check" check ("outcome" in ('SUCCEEDED', 'REFUSED'));`,
    );

    this.addSql(`alter table "users" add constraint "users_email_lower_case" check (email !~ '[A-Z]');`);

    this.addSql(
      `alter table "sessions" add constraint "sessions_user_id_foreign" foreign key ("user_id") references "users" ("id") on delete cascade;`,
    );

    this.addSql(
      `alter table "refresh_tokens" add constraint "refresh_tokens_session_id_foreign" foreign key ("session_id") references "sessions" ("id") on delete cascade;`,
    );
    this.addSql(
      `alter table "refresh_tokens" add constraint "refresh_tokens_parent_id_foreign" foreign key ("parent_id") references "refresh_tokens" ("id") on delete cascade;`,
    );

    this.addSql(
      `alter table "passwords" add constraint "passwords_user_id_foreign" foreign key ("user_id") references "users" ("id") on update cascade on delete cascade;`,
    );

    this.addSql(
      `alter table "challenges" add constraint "challenges_user_id_foreign" foreign key ("user_id") references "users" ("id") on delete cascade;`,
    );
    this.addSql(`alter table "challenges" add constraint "challenges_attempts_left_check" check (attempts_left >= 0);`);
    this.addSql(
      `alter table "challenges" add constraint "challenges_purpose_check" check ("purpose" in ('VERIFY_EMAIL', 'SIGN_IN', 'RESET_PASSWORD', 'CHANGE_EMAIL'));`,
    );

    this.addSql(
      `alter table "user_roles" add constraint "user_roles_user_id_foreign" foreign key ("user_id") references "users" ("id") on update cascade on delete cascade;`,
    );
    this.addSql(
      `alter table "user_roles" add constraint "user_roles_role_name_foreign" foreign key ("role_name") references "roles" ("name") on update no action on delete restrict;`,
    );

    this
      .addSql(`insert into "roles" ("name", "description", "permissions", "built_in", "created_at", "updated_at") values
      ('user', 'Everybody who has an account.', '{}', true, now(), now()),
      ('admin', 'May do everything.', '{audit:read,roles:read,roles:write,sessions:revoke,users:read,users:write}', true, now(), now());`);
  }

  override down(): void | Promise<void> {
    this.addSql(`alter table "user_roles" drop constraint "user_roles_role_name_foreign";`);
    this.addSql(`alter table "sessions" drop constraint "sessions_user_id_foreign";`);
    this.addSql(`alter table "passwords" drop constraint "passwords_user_id_foreign";`);
    this.addSql(`alter table "challenges" drop constraint "challenges_user_id_foreign";`);
    this.addSql(`alter table "user_roles" drop constraint "user_roles_user_id_foreign";`);
    this.addSql(`alter table "refresh_tokens" drop constraint "refresh_tokens_session_id_foreign";`);
    this.addSql(`alter table "refresh_tokens" drop constraint "refresh_tokens_parent_id_foreign";`);

    this.addSql(`drop table if exists "audit_events" cascade;`);
    this.addSql(`drop table if exists "mails" cascade;`);
    this.addSql(`drop table if exists "revoked_tokens" cascade;`);
    this.addSql(`drop table if exists "roles" cascade;`);
    this.addSql(`drop table if exists "users" cascade;`);
    this.addSql(`drop table if exists "sessions" cascade;`);
    this.addSql(`drop table if exists "refresh_tokens" cascade;`);
    this.addSql(`drop table if exists "passwords" cascade;`);
    this.addSql(`drop table if exists "challenges" cascade;`);
    this.addSql(`drop table if exists "user_roles" cascade;`);
  }
}
