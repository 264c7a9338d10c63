import { Migration } from '@mikro-orm/migrations';

/**
 * Changes nothing. When it ran is the moment from which on cookies have the prefix `__Host-`: refresh tokens issued before it
 * are believed under the former name (src/sessions/former-cookie.ts).
 */
export class Migration20261128173500_host_cookies extends Migration {
  override name = 'Migration20261128173500_host_cookies';

  override up(): void | Promise<void> {
    this.addSql(`select 1;`);
  }

  override down(): void | Promise<void> {
    this.addSql(`select 1;`);
  }
}
