import { Migration } from '@mikro-orm/migrations';

export class Migration20261120150114_email_changes extends Migration {
  override name = 'Migration20261120150114_email_changes';

  override up(): void | Promise<void> {
    this.addSql(
      `create table "email_changes" ("id" uuid not null, "user_id" uuid not null, "old_email" varchar(254) not null, "new_email" varchar(254) not null, "undo_token_hash" bytea not null, "undo_until" timestamptz not null, "changed_at" timestamptz not null, "undone_at" timestamptz null, primary key ("id"));`,
    );
    this.addSql(`create index "email_changes_user_id_index" on "email_changes" ("user_id");`);
    this.addSql(
      `alter table "email_changes" add constraint "email_changes_undo_token_hash_unique" unique ("undo_token_hash");`,
    );
    this.addSql(`create index "email_changes_undo_until_index" on "email_changes" ("undo_until");`);

    this.addSql(`create index "users_deleted" on "users" ("deleted_at") where "deleted_at" is not null;`);

    this.addSql(
      `alter table "email_changes" add constraint "email_changes_user_id_foreign" foreign key ("user_id") references "users" ("id") on delete cascade;`,
    );
  }

  override down(): void | Promise<void> {
    this.addSql(`drop table if exists "email_changes" cascade;`);

    this.addSql(`drop index "users_deleted";`);
  }
}
