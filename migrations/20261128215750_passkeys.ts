import { Migration } from '@mikro-orm/migrations';

/**
 * Passkeys, and what authenticators know their users by. A passkey that is added or removed raises the security stamp of its user, as
 * the changes in the migration of the security stamps do. The previous version, while it still serves, knows nothing of passkeys.
 */
export class Migration20261128215750_passkeys extends Migration {
  override name = 'Migration20261128215750_passkeys';

  override up(): void | Promise<void> {
    this.addSql(
      `create table "passkey_handles" ("user_id" uuid not null, "handle" bytea not null, primary key ("user_id"));`,
    );
    this.addSql(`alter table "passkey_handles" add constraint "passkey_handles_handle_unique" unique ("handle");`);
    this.addSql(
      `alter table "passkey_handles" add constraint "passkey_handles_user_id_foreign" foreign key ("user_id") references "users" ("id") on update cascade on delete cascade;`,
    );

    this.addSql(
      `create table "passkeys" ("id" uuid not null, "user_id" uuid not null, "name" varchar(100) not null, "created_at" timestamptz not null, "last_used_at" timestamptz null, "raw_id" bytea not null, "public_key" bytea not null, "sign_count" bigint not null, "transports" text[] not null, "backup_eligible" boolean not null, "backed_up" boolean not null, "aaguid" uuid not null, "rp_id" varchar(253) not null, primary key ("id"));`,
    );
    this.addSql(`create index "passkeys_user_id_index" on "passkeys" ("user_id");`);
    this.addSql(`alter table "passkeys" add constraint "passkeys_raw_id_unique" unique ("raw_id");`);
    this.addSql(
      `alter table "passkeys" add constraint "passkeys_user_id_foreign" foreign key ("user_id") references "users" ("id") on delete cascade;`,
    );

    // Its function is of the migration of the authenticator apps.
    this.addSql(
      `create trigger passkeys_raise_security_stamp after insert or delete on passkeys for each row execute function raise_security_stamp_of_enrolled();`,
    );
  }

  override down(): void | Promise<void> {
    this.addSql(`drop table "passkeys";`);
    this.addSql(`drop table "passkey_handles";`);
  }
}
