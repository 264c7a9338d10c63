import { Migration } from '@mikro-orm/migrations';

/**
 * Sessions in which an administrator acts as a user: docs/impersonation.md. Triggers end them, whichever version changes the rows, also the
 * previous one while it still serves: with the session of the administrator, and with each change of what the administrator may do.
 */
export class Migration20261129073625_impersonation extends Migration {
  override name = 'Migration20261129073625_impersonation';

  override up(): void | Promise<void> {
    this.addSql(`alter table "audit_events" add "impersonator_id" uuid null;`);
    this.addSql(`alter table "sessions" add "impersonator_session_id" uuid null;`);
    this.addSql(
      `alter table "sessions" add constraint "sessions_impersonator_session_id_foreign" foreign key ("impersonator_session_id") references "sessions" ("id") on delete cascade;`,
    );
    this.addSql(
      `create index "sessions_of_impersonator" on "sessions" ("impersonator_session_id") where "impersonator_session_id" is not null;`,
    );
    this
      .addSql(`update roles set permissions = array(select unnest(permissions) union select 'users:impersonate' order by 1)
      where name = 'admin';`);
    // Temporary tables last: see the migration of the audit log.
    this.addSql(`select set_config('search_path', quote_ident(current_schema()) || ', pg_temp', true);`);
    this.ender('session', `impersonator_session_id = new.id`);
    this.addSql(`create trigger sessions_end_impersonations after update of ended_at on sessions for each row
      when (old.ended_at is null and new.ended_at is not null) execute function end_impersonations_of_session();`);
    this.ender(
      'user',
      `impersonator_session_id in (select id from sessions where user_id = new.id and ended_at is null)`,
    );
    this
      .addSql(`create trigger users_end_impersonations after update of version, suspended_at, deleted_at on users for each row
      when (old.version <> new.version or new.suspended_at is not null or new.deleted_at is not null)
      execute function end_impersonations_of_user();`);
    // The few impersonations are read, and not the many who may hold the role.
    this.ender(
      'role',
      `impersonator_session_id is not null and exists (
        select from sessions own join user_roles ur on ur.user_id = own.user_id
         where own.id = sessions.impersonator_session_id and ur.role_name = new.name)`,
    );
    this.addSql(`create trigger roles_end_impersonations after update of version on roles for each row
      when (old.version <> new.version) execute function end_impersonations_of_role();`);
  }

  private ender(name: string, which: string): void {
    this
      .addSql(`create function end_impersonations_of_${name}() returns trigger language plpgsql set search_path from current as $$
    begin
      update sessions set ended_at = clock_timestamp() where ended_at is null and ${which};
      return null;
    end $$;`);
  }

  override down(): void | Promise<void> {
    for (const [table, name] of [
      ['roles', 'role'],
      ['users', 'user'],
      ['sessions', 'session'],
    ]) {
      this.addSql(`drop trigger ${table}_end_impersonations on ${table};`);
      this.addSql(`drop function end_impersonations_of_${name}();`);
    }
    this.addSql(`update roles set permissions = array_remove(permissions, 'users:impersonate');`);
    // Without the column they would be sessions like others.
    this.addSql(`delete from sessions where impersonator_session_id is not null;`);
    this.addSql(`drop index "sessions_of_impersonator";`);
    this.addSql(`alter table "sessions" drop column "impersonator_session_id";`);
    this.addSql(`alter table "audit_events" drop column "impersonator_id";`);
  }
}
