import { Migration } from '@mikro-orm/migrations';

/**
 * The name of each user's picture. `avatar_url`, which was always null, stays for one release: the previous version reads and writes it
 * while it still serves.
 */
export class Migration20261129003126_avatars extends Migration {
  override name = 'Migration20261129003126_avatars';

  override up(): void | Promise<void> {
    // The index reads all users once; the pool's own time-out is for requests.
    this.addSql(`set local statement_timeout = 0;`);
    this.addSql(`alter table "users" add "avatar" varchar(32) null;`);
    this.addSql(`create unique index "users_avatar_unique" on "users" ("avatar") where "avatar" is not null;`);
  }

  override down(): void | Promise<void> {
    this.addSql(`alter table "users" drop column "avatar";`);
  }
}
