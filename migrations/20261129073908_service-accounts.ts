import { Migration } from '@mikro-orm/migrations';

const PERMISSIONS = ['service-accounts:read', 'service-accounts:write'];

export class Migration20261129073908_service_accounts extends Migration {
  override name = 'Migration20261129073908_service_accounts';

  override up(): void | Promise<void> {
    this.addSql(
      `create table "client_assertions" ("digest" bytea not null, "expires_at" timestamptz not null, primary key ("digest"));`,
    );

    this.addSql(
      `create table "service_accounts" ("id" uuid not null, "name" varchar(100) not null, "description" text null, "jwks_uri" text null, "version" int not null default 1, "created_at" timestamptz not null, "last_used_at" timestamptz null, "deleted_at" timestamptz null, primary key ("id"));`,
    );
    this.addSql(`create index "service_accounts_created_at_id_index" on "service_accounts" ("created_at", "id");`);

    this.addSql(
      `create table "service_account_roles" ("service_account_id" uuid not null, "role_name" varchar(64) not null, primary key ("service_account_id", "role_name"));`,
    );
    this.addSql(`create index "service_account_roles_role_name_index" on "service_account_roles" ("role_name");`);

    this.addSql(
      `create table "service_account_secrets" ("id" uuid not null, "service_account_id" uuid not null, "prefix" varchar(16) not null, "secret_hash" bytea not null, "created_at" timestamptz not null, "last_used_at" timestamptz null, primary key ("id"));`,
    );
    this.addSql(
      `create index "service_account_secrets_service_account_id_index" on "service_account_secrets" ("service_account_id");`,
    );
    this.addSql(
      `alter table "service_account_secrets" add constraint "service_account_secrets_secret_hash_unique" unique ("secret_hash");`,
    );

    this.addSql(
      `alter table "service_account_roles" add constraint "service_account_roles_service_account_id_foreign" foreign key ("service_account_id") references "service_accounts" ("id") on update cascade on delete cascade;`,
    );
    this.addSql(
      `alter table "service_account_roles" add constraint "service_account_roles_role_name_foreign" foreign key ("role_name") references "roles" ("name") on update no action on delete restrict;`,
    );

    this.addSql(
      `alter table "service_account_secrets" add constraint "service_account_secrets_service_account_id_foreign" foreign key ("service_account_id") references "service_accounts" ("id") on delete cascade;`,
    );

    for (const permission of PERMISSIONS)
      this
        .addSql(`update roles set permissions = array(select unnest(array_append(permissions, '${permission}')) order by 1)
        where name = 'admin' and not '${permission}' = any(permissions);`);

    // Who hears of ended sessions and of versions of users hears of secrets and service accounts: their tokens carry both ids alike.
    // Temporary tables last: see the migration of the audit log.
    this.addSql(`select set_config('search_path', quote_ident(current_schema()) || ', pg_temp', true);`);
    this
      .addSql(`create trigger service_accounts_tell_of_version after update of version on service_accounts for each row
      when (old.version <> new.version) execute function tell_of_user_version();`);
    this
      .addSql(`create trigger service_account_secrets_tell_of_deletion after delete on service_account_secrets for each row
      execute function tell_of_ended_session();`);
    // No operation deletes the row. An operator may, by hand.
    this
      .addSql(`create function tell_of_deleted_service_account() returns trigger language plpgsql set search_path from current as $$
    begin
      insert into revocations (kind, key, version) values ('user', old.id, old.version + 1);
      return null;
    end $$;`);
    this.addSql(`create trigger service_accounts_tell_of_deletion after delete on service_accounts for each row
      execute function tell_of_deleted_service_account();`);
    // A token with a part of the rights names no role, by whose version verifiers would know that it has changed.
    this
      .addSql(`create function tell_service_accounts_of_role_version() returns trigger language plpgsql set search_path from current as $$
    begin
      update service_accounts set version = version + 1 where id in (
        select a.id from service_accounts a
         where exists (select from service_account_roles ar where ar.service_account_id = a.id and ar.role_name = new.name)
         order by a.id for no key update);
      return null;
    end $$;`);
    this.addSql(`create trigger roles_tell_service_accounts_of_version after update of version on roles for each row
      when (old.version <> new.version) execute function tell_service_accounts_of_role_version();`);
  }

  override down(): void | Promise<void> {
    this.addSql(`drop trigger roles_tell_service_accounts_of_version on roles;`);
    for (const permission of PERMISSIONS)
      this.addSql(`update roles set permissions = array_remove(permissions, '${permission}') where name = 'admin';`);
    this.addSql(
      `alter table "service_account_roles" drop constraint "service_account_roles_service_account_id_foreign";`,
    );
    this.addSql(
      `alter table "service_account_secrets" drop constraint "service_account_secrets_service_account_id_foreign";`,
    );

    this.addSql(`drop table if exists "client_assertions" cascade;`);
    this.addSql(`drop table if exists "service_accounts" cascade;`);
    this.addSql(`drop table if exists "service_account_roles" cascade;`);
    this.addSql(`drop table if exists "service_account_secrets" cascade;`);
    for (const name of ['tell_service_accounts_of_role_version', 'tell_of_deleted_service_account'])
      this.addSql(`drop function ${name}();`);
  }
}
