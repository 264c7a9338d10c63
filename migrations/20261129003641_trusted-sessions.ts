import { Migration } from '@mikro-orm/migrations';

/**
 * Which sessions began on a trusted device: they go on where a second factor is demanded. The previous version, while it still serves,
 * does not write it; such a session ends at a refresh by this version once a second factor is demanded, and its user signs in again.
 */
export class Migration20261129003641_trusted_sessions extends Migration {
  override name = 'Migration20261129003641_trusted_sessions';

  override up(): void | Promise<void> {
    this.addSql(`alter table "sessions" add "trusted_stamp" int null;`);
  }

  override down(): void | Promise<void> {
    this.addSql(`alter table "sessions" drop column "trusted_stamp";`);
  }
}
