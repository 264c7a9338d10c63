import { Migration } from '@mikro-orm/migrations';

export class Migration20261120150410_user_lists extends Migration {
  override name = 'Migration20261120150410_user_lists';

  override up(): void | Promise<void> {
    // Trusted since PostgreSQL 13: whoever owns the database may create it. It stays when this is undone; others may use it.
    this.addSql(`create extension if not exists "pg_trgm";`);
    this.addSql(`drop index "users_created_at_index";`);
    this.addSql(
      `create index "users_search" on "users" using gin (lower(' ' || "email" || ' ' || coalesce("username", '') || ' ' || coalesce("display_name", '')) gin_trgm_ops);`,
    );
    // How rare a search is decides which index answers it; a hundred samples of a million people say too little.
    this.addSql(`alter index "users_search" alter column 1 set statistics 400;`);
    this.addSql(`create index "users_unverified" on "users" ("created_at", "id") where "email_verified_at" is null;`);
    this.addSql(`create index "users_suspended" on "users" ("created_at", "id") where "suspended_at" is not null;`);
    this.addSql(
      `create index "users_by_last_login_at" on "users" ((coalesce("last_login_at", '-infinity'::timestamptz)), "id") where "deleted_at" is null;`,
    );
    this.addSql(`create index "users_by_email" on "users" ("email", "id") where "deleted_at" is null;`);
    this.addSql(`create index "users_by_created_at" on "users" ("created_at", "id") where "deleted_at" is null;`);
  }

  override down(): void | Promise<void> {
    this.addSql(`drop index "users_search";`);
    this.addSql(`drop index "users_unverified";`);
    this.addSql(`drop index "users_suspended";`);
    this.addSql(`drop index "users_by_last_login_at";`);
    this.addSql(`drop index "users_by_email";`);
    this.addSql(`drop index "users_by_created_at";`);
    this.addSql(`create index "users_created_at_index" on "users" ("created_at");`);
  }
}
