import { Migration } from '@mikro-orm/migrations';

export class Migration20261120145731_user_imports extends Migration {
  override name = 'Migration20261120145731_user_imports';

  override up(): void | Promise<void> {
    this.addSql(
      `create table "user_imports" ("key" varchar(64) not null, "bytes" double precision not null default 0, "lines" int not null default 0, "imported" int not null default 0, "skipped" int not null default 0, "refused" int not null default 0, "started_at" timestamptz not null, "finished_at" timestamptz null, primary key ("key"));`,
    );
  }

  override down(): void | Promise<void> {
    this.addSql(`drop table if exists "user_imports" cascade;`);
  }
}
