import { Migration } from '@mikro-orm/migrations';

/** Which application the mails of a challenge lead to. The previous version, while it still serves, writes none: the first. */
export class Migration20261129041231_applications extends Migration {
  override name = 'Migration20261129041231_applications';

  override up(): void | Promise<void> {
    this.addSql(`alter table "challenges" add "app" varchar(32) null;`);
  }

  override down(): void | Promise<void> {
    this.addSql(`alter table "challenges" drop column "app";`);
  }
}
