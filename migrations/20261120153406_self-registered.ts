import { Migration } from '@mikro-orm/migrations';

export class Migration20261120153406_self_registered extends Migration {
  override name = 'Migration20261120153406_self_registered';

  override up(): void | Promise<void> {
    this.addSql(`alter table "users" add "self_registered" boolean not null default false;`);
  }

  override down(): void | Promise<void> {
    this.addSql(`alter table "users" drop column "self_registered";`);
  }
}
