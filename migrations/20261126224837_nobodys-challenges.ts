import { Migration } from '@mikro-orm/migrations';

export class Migration20261126224837_nobodys_challenges extends Migration {
  override name = 'Migration20261126224837_nobodys_challenges';

  override up(): void | Promise<void> {
    this.addSql(`create index "challenges_of_nobody" on "challenges" ("email") where "user_id" is null;`);
  }

  override down(): void | Promise<void> {
    this.addSql(`drop index "challenges_of_nobody";`);
  }
}
