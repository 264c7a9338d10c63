import { Migration } from '@mikro-orm/migrations';

export class Migration20261129053002_signing_keys extends Migration {
  override name = 'Migration20261129053002_signing_keys';

  override up(): void | Promise<void> {
    this.addSql(
      `create table "signing_keys" ("number" int not null, "kid" varchar(43) not null, "sealed_key" text not null, "created_at" timestamptz not null, "active_from" timestamptz not null, "retired_at" timestamptz null, primary key ("number"));`,
    );
    this.addSql(`alter table "signing_keys" add constraint "signing_keys_kid_unique" unique ("kid");`);
  }

  override down(): void | Promise<void> {
    this.addSql(`drop table if exists "signing_keys" cascade;`);
  }
}
