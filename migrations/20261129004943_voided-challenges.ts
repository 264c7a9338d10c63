import { Migration } from '@mikro-orm/migrations';

/**
 * Challenges that were replaced, apart from those that were answered. What the previous version replaces while it still serves is
 * told as answered: it lives for minutes.
 */
export class Migration20261129004943_voided_challenges extends Migration {
  override name = 'Migration20261129004943_voided_challenges';

  override up(): void | Promise<void> {
    this.addSql(`alter table "challenges" add "voided" boolean not null default false;`);
  }

  override down(): void | Promise<void> {
    this.addSql(`alter table "challenges" drop column "voided";`);
  }
}
