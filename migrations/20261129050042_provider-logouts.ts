import { Migration } from '@mikro-orm/migrations';

/**
 * What providers have said that they ended, in place of the tokens alone that said it. No release had the table that goes.
 */
export class Migration20261129050042_provider_logouts extends Migration {
  override name = 'Migration20261129050042_provider_logouts';

  override up(): void | Promise<void> {
    this.addSql(
      `create table "provider_logouts" ("digest" bytea not null, "issuer" varchar(255) not null, "subject" varchar(255) null, "sid" varchar(255) null, "received_at" timestamptz not null, primary key ("digest"));`,
    );
    this.addSql(`create index "provider_logouts_received_at_index" on "provider_logouts" ("received_at");`);

    this.addSql(`drop table if exists "used_logout_tokens" cascade;`);
  }

  override down(): void | Promise<void> {
    this.addSql(
      `create table "used_logout_tokens" ("digest" bytea not null, "expires_at" timestamptz not null, primary key ("digest"));`,
    );
    this.addSql(`create index "used_logout_tokens_expires_at_index" on "used_logout_tokens" ("expires_at");`);

    this.addSql(`drop table if exists "provider_logouts" cascade;`);
  }
}
