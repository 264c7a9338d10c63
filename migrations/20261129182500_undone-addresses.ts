import { Migration } from '@mikro-orm/migrations';

/**
 * When the old address had been verified, so that undoing a change restores that too. Changes recorded before this migration, or by the previous
 * version while it still serves, have none: their undo removes the account's identities and API keys, and leaves the address unverified until its
 * owner signs in with a code or a reset.
 */
export class Migration20261129182500_undone_addresses extends Migration {
  override name = 'Migration20261129182500_undone_addresses';

  override up(): void | Promise<void> {
    this.addSql(`alter table "email_changes" add "old_email_verified_at" timestamptz null;`);
  }

  override down(): void | Promise<void> {
    this.addSql(`alter table "email_changes" drop column "old_email_verified_at";`);
  }
}
