import { Migration } from '@mikro-orm/migrations';

/**
 * What a session was begun with at an identity provider, so that the provider can end it. The previous version, while it still serves, does
 * not write it: the provider ends none of the sessions that it begins.
 */
export class Migration20261129042312_provider_sessions extends Migration {
  override name = 'Migration20261129042312_provider_sessions';

  override up(): void | Promise<void> {
    this.addSql(
      `create table "used_logout_tokens" ("digest" bytea not null, "expires_at" timestamptz not null, primary key ("digest"));`,
    );
    this.addSql(`create index "used_logout_tokens_expires_at_index" on "used_logout_tokens" ("expires_at");`);

    this.addSql(`alter table "sessions" add "identity_id" uuid null, add "provider_sid" varchar(255) null;`);
    this.addSql(
      `alter table "sessions" add constraint "sessions_identity_id_foreign" foreign key ("identity_id") references "identities" ("id") on delete set null;`,
    );
    this.addSql(
      `create index "sessions_of_provider_sid" on "sessions" ("provider_sid") where "provider_sid" is not null;`,
    );
    this.addSql(`create index "sessions_of_identity" on "sessions" ("identity_id") where "identity_id" is not null;`);
  }

  override down(): void | Promise<void> {
    this.addSql(`drop table if exists "used_logout_tokens" cascade;`);

    this.addSql(`alter table "sessions" drop constraint "sessions_identity_id_foreign";`);

    this.addSql(`drop index "sessions_of_provider_sid";`);
    this.addSql(`drop index "sessions_of_identity";`);
    this.addSql(`alter table "sessions" drop column "identity_id", drop column "provider_sid";`);
  }
}
