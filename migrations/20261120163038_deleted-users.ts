import { Migration } from '@mikro-orm/migrations';

export class Migration20261120163038_deleted_users extends Migration {
  override name = 'Migration20261120163038_deleted_users';

  override up(): void | Promise<void> {
    this.addSql(
      `create index "users_deleted_by_created_at" on "users" ("created_at", "id") where "deleted_at" is not null;`,
    );
  }

  override down(): void | Promise<void> {
    this.addSql(`drop index "users_deleted_by_created_at";`);
  }
}
