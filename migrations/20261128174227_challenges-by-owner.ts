import { Migration } from '@mikro-orm/migrations';

export class Migration20261128174227_challenges_by_owner extends Migration {
  override name = 'Migration20261128174227_challenges_by_owner';

  override up(): void | Promise<void> {
    this.addSql(`alter table "challenges" add "by_owner" boolean not null default false;`);
  }

  override down(): void | Promise<void> {
    this.addSql(`alter table "challenges" drop column "by_owner";`);
  }
}
