import { Migration } from '@mikro-orm/migrations';

/**
 * How many identities an import has brought, and of whom it has brought all. The previous version, while it still serves, writes neither: the
 * next import adds the identities of the people it has imported.
 */
export class Migration20261129013528_imported_identities extends Migration {
  override name = 'Migration20261129013528_imported_identities';

  override up(): void | Promise<void> {
    this.addSql(`alter table "external_ids" add "identities_at" timestamptz null;`);
    this.addSql(`alter table "user_imports" add "identities" int not null default 0;`);
  }

  override down(): void | Promise<void> {
    this.addSql(`alter table "external_ids" drop column "identities_at";`);
    this.addSql(`alter table "user_imports" drop column "identities";`);
  }
}
