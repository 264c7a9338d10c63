import { Migration } from '@mikro-orm/migrations';

/**
 * A refresh and a sign-in change no indexed column any more, and find room on the page of the row: PostgreSQL then writes no
 * index (a HOT update). Pages that are full today make room as their rows are updated.
 *
 * The previous version, while it still serves, goes on writing `users.last_login_at`, which stays what is true: a trigger
 * copies it, whichever version writes. Its list of users by last sign-in is sorted without an index meanwhile. The table
 * `revoked_tokens`, which nothing has ever written, stays for one release, since it asks it about every token.
 */
export class Migration20261128174400_hot_updates extends Migration {
  override name = 'Migration20261128174400_hot_updates';

  override up(): void | Promise<void> {
    // A million people take some seconds; the pool's own time-out is for requests.
    this.addSql(`set local statement_timeout = 0;`);
    this.addSql(`create table "last_logins" ("user_id" uuid not null, "last_login_at" timestamptz not null);`);
    // Temporary tables last: see the migration of the audit log.
    this.addSql(`select set_config('search_path', quote_ident(current_schema()) || ', pg_temp', true);`);
    this.addSql(`create function keep_last_login() returns trigger language plpgsql set search_path from current as $$
    begin
      insert into last_logins (user_id, last_login_at) values (new.id, coalesce(new.last_login_at, '-infinity'))
      on conflict (user_id) do update set last_login_at = excluded.last_login_at;
      return null;
    end $$;`);
    // From here on writes to users wait until this has been committed: nothing is missed between the copy and the trigger.
    this.addSql(
      `create trigger users_keep_last_login after insert or update of last_login_at on users for each row execute function keep_last_login();`,
    );
    this.addSql(
      `insert into "last_logins" select "id", coalesce("last_login_at", '-infinity'::timestamptz) from "users" order by "id";`,
    );
    this.addSql(`alter table "last_logins" add primary key ("user_id");`);
    this.addSql(
      `alter table "last_logins" add constraint "last_logins_user_id_foreign" foreign key ("user_id") references "users" ("id") on update cascade on delete cascade;`,
    );
    this.addSql(`create index "last_logins_in_order" on "last_logins" ("last_login_at", "user_id");`);

    this.addSql(`drop index "users_by_last_login_at";`);
    this.addSql(`drop index "users_pending";`);
    this.addSql(
      `create index "users_pending" on "users" ("updated_at") where "self_registered" and "email_verified_at" is null;`,
    );
    this.addSql(`drop index "sessions_expires_at_index";`);
    this.addSql(`create index "sessions_absolute_expires_at_index" on "sessions" ("absolute_expires_at");`);
    this.addSql(`create index "sessions_ended" on "sessions" ("ended_at") where "ended_at" is not null;`);

    for (const [table, percent] of ROOM) this.addSql(`alter table "${table}" set (fillfactor = ${percent});`);
  }

  override down(): void | Promise<void> {
    for (const [table] of ROOM) this.addSql(`alter table "${table}" reset (fillfactor);`);
    this.addSql(`drop index "sessions_ended";`);
    this.addSql(`drop index "sessions_absolute_expires_at_index";`);
    this.addSql(`create index "sessions_expires_at_index" on "sessions" ("expires_at");`);
    this.addSql(`drop index "users_pending";`);
    this.addSql(
      `create index "users_pending" on "users" ("updated_at") where "self_registered" and "email_verified_at" is null and "last_login_at" is null;`,
    );
    this.addSql(
      `create index "users_by_last_login_at" on "users" ((coalesce("last_login_at", '-infinity'::timestamptz)), "id") where "deleted_at" is null;`,
    );
    this.addSql(`drop trigger users_keep_last_login on users;`);
    this.addSql(`drop function keep_last_login();`);
    this.addSql(`drop table "last_logins";`);
  }
}

/** What of a page is filled by inserts. A dead version is cleared away as soon as the next one needs its place. */
const ROOM = [
  ['users', 90],
  ['sessions', 85],
  ['refresh_tokens', 90],
] as const;
