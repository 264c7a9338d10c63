import { Migration } from '@mikro-orm/migrations';

export class Migration20261129090627_audit_position_claims extends Migration {
  override name = 'Migration20261129090627_audit_position_claims';

  override up(): void | Promise<void> {
    this.addSql(`alter table "audit_positions" add "claimed_by" uuid null, add "claimed_until" timestamptz null;`);
  }

  override down(): void | Promise<void> {
    this.addSql(`alter table "audit_positions" drop column "claimed_by", drop column "claimed_until";`);
  }
}
