import { Migration } from '@mikro-orm/migrations';

/**
 * The previous version, while it still serves, reads a superseded token as a used one, which `used_at` says as well. What it
 * makes of a token from before a superseded one is what it always did: it is reused. Undone, the same holds for good.
 */
export class Migration20261128174326_superseded_refresh_tokens extends Migration {
  override name = 'Migration20261128174326_superseded_refresh_tokens';

  override up(): void | Promise<void> {
    this.addSql(`alter table "refresh_tokens" add "superseded" boolean not null default false;`);
  }

  override down(): void | Promise<void> {
    this.addSql(`alter table "refresh_tokens" drop column "superseded";`);
  }
}
