import { Migration } from '@mikro-orm/migrations';

export class Migration20261120160530_linked_challenges extends Migration {
  override name = 'Migration20261120160530_linked_challenges';

  override up(): void | Promise<void> {
    this.addSql(
      `create index "users_pending" on "users" ("updated_at") where "self_registered" and "email_verified_at" is null and "last_login_at" is null;`,
    );

    this.addSql(`alter table "challenges" add "linked" boolean not null default true;`);
  }

  override down(): void | Promise<void> {
    this.addSql(`alter table "challenges" drop column "linked";`);

    this.addSql(`drop index "users_pending";`);
  }
}
