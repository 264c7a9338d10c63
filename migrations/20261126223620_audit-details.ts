import { Migration } from '@mikro-orm/migrations';

export class Migration20261126223620_audit_details extends Migration {
  override name = 'Migration20261126223620_audit_details';

  override up(): void | Promise<void> {
    this.addSql(`alter table "audit_events" add "details" jsonb null;`);
  }

  override down(): void | Promise<void> {
    // Details are sealed: npm run audit:verify calls the events that had any altered if they are brought back without them.
    this.addSql(`alter table "audit_events" drop column "details";`);
  }
}
