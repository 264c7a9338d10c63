import { Migration } from '@mikro-orm/migrations';

/**
 * Step-up and trusted devices. The previous version, while it still serves, writes neither: it knows no second factor, and a session of
 * its own has verified none.
 */
export class Migration20261128215153_step_up extends Migration {
  override name = 'Migration20261128215153_step_up';

  override up(): void | Promise<void> {
    this.addSql(
      `create table "trusted_devices" ("id" uuid not null, "user_id" uuid not null, "device_hash" bytea not null, "security_stamp" int not null, "expires_at" timestamptz not null, primary key ("id"));`,
    );
    this.addSql(`create index "trusted_devices_expires_at_index" on "trusted_devices" ("expires_at");`);
    this.addSql(
      `alter table "trusted_devices" add constraint "trusted_devices_user_id_device_hash_unique" unique ("user_id", "device_hash");`,
    );
    this.addSql(
      `alter table "trusted_devices" add constraint "trusted_devices_user_id_foreign" foreign key ("user_id") references "users" ("id") on delete cascade;`,
    );

    this.addSql(`alter table "sessions" add "factor_verified_at" timestamptz null;`);
  }

  override down(): void | Promise<void> {
    this.addSql(`alter table "sessions" drop column "factor_verified_at";`);

    this.addSql(`drop table "trusted_devices";`);
  }
}
