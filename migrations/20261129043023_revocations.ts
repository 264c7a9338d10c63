import { Migration } from '@mikro-orm/migrations';

/**
 * What verifiers of access tokens are told of: docs/verifying-tokens.md. Triggers write it, whichever version changes the rows, also the
 * previous one while it still serves.
 */
export class Migration20261129043023_revocations extends Migration {
  override name = 'Migration20261129043023_revocations';

  override up(): void | Promise<void> {
    this.addSql(
      `create table "revocations" ("id" bigserial primary key, "xact" xid8 not null default pg_current_xact_id(), "kind" varchar(16) not null, "key" text not null, "version" int null, "created_at" timestamptz not null default clock_timestamp());`,
    );
    this.addSql(`create index "revocations_xact_index" on "revocations" ("xact");`);
    // Temporary tables last: see the migration of the audit log.
    this.addSql(`select set_config('search_path', quote_ident(current_schema()) || ', pg_temp', true);`);
    this
      .addSql(`create function tell_of_ended_session() returns trigger language plpgsql set search_path from current as $$
    begin
      insert into revocations (kind, key) values ('session', old.id);
      return null;
    end $$;`);
    this.addSql(`create trigger sessions_tell_of_end after update of ended_at on sessions for each row
      when (old.ended_at is null and new.ended_at is not null) execute function tell_of_ended_session();`);
    // No operation deletes a session that lives. An operator may, by hand.
    this.addSql(`create trigger sessions_tell_of_deletion after delete on sessions for each row
      when (old.ended_at is null and old.expires_at > now()) execute function tell_of_ended_session();`);
    this
      .addSql(`create function tell_of_user_version() returns trigger language plpgsql set search_path from current as $$
    begin
      insert into revocations (kind, key, version) values ('user', new.id, new.version);
      return null;
    end $$;`);
    this.addSql(`create trigger users_tell_of_version after update of version on users for each row
      when (old.version <> new.version) execute function tell_of_user_version();`);
    this
      .addSql(`create function tell_of_role_version() returns trigger language plpgsql set search_path from current as $$
    begin
      insert into revocations (kind, key, version) values ('role', new.name, new.version);
      return null;
    end $$;`);
    this.addSql(`create trigger roles_tell_of_version after update of version on roles for each row
      when (old.version <> new.version) execute function tell_of_role_version();`);
  }

  override down(): void | Promise<void> {
    for (const [trigger, table] of [
      ['roles_tell_of_version', 'roles'],
      ['users_tell_of_version', 'users'],
      ['sessions_tell_of_deletion', 'sessions'],
      ['sessions_tell_of_end', 'sessions'],
    ])
      this.addSql(`drop trigger ${trigger} on ${table};`);
    for (const name of ['role_version', 'user_version', 'ended_session'])
      this.addSql(`drop function tell_of_${name}();`);
    this.addSql(`drop table "revocations";`);
  }
}
