import { Migration } from '@mikro-orm/migrations';

export class Migration20261126225531_decoys extends Migration {
  override name = 'Migration20261126225531_decoys';

  override up(): void | Promise<void> {
    this.addSql(`alter table "users" add "decoy" boolean not null default false;`);
    this.addSql(
      `alter table "users" add constraint "users_decoy_deleted" check (not decoy or deleted_at is not null);`,
    );
    this.addSql(`create unique index "users_decoy" on "users" ("email") where "decoy";`);
    this.addSql(`drop index "users_username_unique";`);
    this.addSql(
      `create unique index "users_username_unique" on "users" (lower("username")) where "deleted_at" is null or "decoy";`,
    );
  }

  override down(): void | Promise<void> {
    this.addSql(`delete from "users" where "decoy";`);
    this.addSql(`drop index "users_username_unique";`);
    this.addSql(
      `create unique index "users_username_unique" on "users" (lower("username")) where "deleted_at" is null;`,
    );
    this.addSql(`drop index "users_decoy";`);
    this.addSql(`alter table "users" drop constraint "users_decoy_deleted";`);
    this.addSql(`alter table "users" drop column "decoy";`);
  }
}
