import { Migration } from '@mikro-orm/migrations';

/** Administrators hold every built-in permission. Tokens that were issued before have it after a refresh. */
export class Migration20261129080100_erase_permission extends Migration {
  override name = 'Migration20261129080100_erase_permission';

  override up(): void | Promise<void> {
    this.addSql(
      `update "roles" set "permissions" = (select array_agg(distinct p order by p) from unnest("permissions" || array['users:erase']) p), "updated_at" = now() where "name" = 'admin';`,
    );
  }

  override down(): void | Promise<void> {
    this.addSql(`update "roles" set "permissions" = array_remove("permissions", 'users:erase');`);
  }
}
