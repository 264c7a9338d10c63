import { Migration } from '@mikro-orm/migrations';

export class Migration20261128173747_external_ids extends Migration {
  override name = 'Migration20261128173747_external_ids';

  override up(): void | Promise<void> {
    this.addSql(
      `create table "external_ids" ("source" varchar(64) not null, "external_id" varchar(255) not null, "user_id" uuid not null, primary key ("source", "external_id"));`,
    );
    this.addSql(`create index "external_ids_user_id_index" on "external_ids" ("user_id");`);

    this.addSql(`alter table "user_imports" add "warned" int not null default 0;`);

    this.addSql(
      `alter table "external_ids" add constraint "external_ids_user_id_foreign" foreign key ("user_id") references "users" ("id") on delete cascade;`,
    );
  }

  override down(): void | Promise<void> {
    this.addSql(`drop table if exists "external_ids" cascade;`);

    this.addSql(`alter table "user_imports" drop column "warned";`);
  }
}
