import { Migration } from '@mikro-orm/migrations';

export class Migration20261129073844_data_exports extends Migration {
  override name = 'Migration20261129073844_data_exports';

  override up(): void | Promise<void> {
    this.addSql(
      `create table "data_exports" ("id" uuid not null, "user_id" uuid not null, "status" text not null default 'PENDING', "app" varchar(32) null, "attempts" int not null default 0, "requested_at" timestamptz not null, "expires_at" timestamptz null, "bytes" int null, primary key ("id"));`,
    );
    this.addSql(`create index "data_exports_user_id_index" on "data_exports" ("user_id");`);
    this.addSql(
      `create unique index "data_exports_one_pending" on "data_exports" ("user_id") where "status" = 'PENDING';`,
    );

    this.addSql(
      `alter table "data_exports" add constraint "data_exports_user_id_foreign" foreign key ("user_id") references "users" ("id") on delete cascade;`,
    );
    this.addSql(
      `alter table "data_exports" add constraint "data_exports_status_check" check ("status" in ('PENDING', 'READY', 'EXPIRED', 'FAILED'));`,
    );
  }

  override down(): void | Promise<void> {
    this.addSql(`drop table if exists "data_exports" cascade;`);
  }
}
