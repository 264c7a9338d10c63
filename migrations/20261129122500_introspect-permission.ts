import { Migration } from '@mikro-orm/migrations';

/** Administrators hold every built-in permission. Tokens that were issued before have it after a refresh. */
export class Migration20261129122500_introspect_permission extends Migration {
  override name = 'Migration20261129122500_introspect_permission';

  override up(): void | Promise<void> {
    this.addSql(
      `update "roles" set "permissions" = (select array_agg(distinct p order by p) from unnest("permissions" || array['tokens:introspect']) p), "updated_at" = now() where "name" = 'admin';`,
    );
  }

  override down(): void | Promise<void> {
    this.addSql(`update "roles" set "permissions" = array_remove("permissions", 'tokens:introspect');`);
  }
}
