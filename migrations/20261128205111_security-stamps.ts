import { Migration } from '@mikro-orm/migrations';

/**
 * The security stamp of a user: what was decided about a sign-in holds while it stays the same. Triggers raise it, whichever version
 * writes, also the previous one while it still serves.
 */
export class Migration20261128205111_security_stamps extends Migration {
  override name = 'Migration20261128205111_security_stamps';

  override up(): void | Promise<void> {
    this.addSql(`alter table "users" add column "security_stamp" int not null default 1;`);
    // Temporary tables last: see the migration of the audit log.
    this.addSql(`select set_config('search_path', quote_ident(current_schema()) || ', pg_temp', true);`);
    this
      .addSql(`create function raise_security_stamp() returns trigger language plpgsql set search_path from current as $$
    begin
      new.security_stamp := old.security_stamp + 1;
      return new;
    end $$;`);
    this.addSql(`create trigger users_raise_security_stamp
      before update of email, email_verified_at, suspended_at, deleted_at, version on users for each row
      when (row(old.email, old.email_verified_at, old.suspended_at, old.deleted_at, old.version)
            is distinct from row(new.email, new.email_verified_at, new.suspended_at, new.deleted_at, new.version))
      execute function raise_security_stamp();`);
    this
      .addSql(`create function raise_security_stamp_of_owner() returns trigger language plpgsql set search_path from current as $$
    begin
      update users set security_stamp = security_stamp + 1 where id = old.user_id;
      return null;
    end $$;`);
    // A first password takes nothing away: what was decided without one still holds.
    this.addSql(
      `create trigger passwords_raise_security_stamp after update of changed_at or delete on passwords for each row execute function raise_security_stamp_of_owner();`,
    );
  }

  override down(): void | Promise<void> {
    this.addSql(`drop trigger passwords_raise_security_stamp on passwords;`);
    this.addSql(`drop function raise_security_stamp_of_owner();`);
    this.addSql(`drop trigger users_raise_security_stamp on users;`);
    this.addSql(`drop function raise_security_stamp();`);
    this.addSql(`alter table "users" drop column "security_stamp";`);
  }
}
