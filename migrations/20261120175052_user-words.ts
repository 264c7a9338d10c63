import { Migration } from '@mikro-orm/migrations';

export class Migration20261120175052_user_words extends Migration {
  override name = 'Migration20261120175052_user_words';

  override up(): void | Promise<void> {
    // Among a million people this takes some twenty seconds, in which nobody's row can be written.
    this.addSql(
      `create index "users_words" on "users" using gin (array_to_tsvector(array_remove(regexp_split_to_array(lower(' ' || "email" || ' ' || coalesce("username", '') || ' ' || coalesce("display_name", '')), '[ -/:-@[-\`{-~]+'), ''))) with (fastupdate = off);`,
    );
    // It is only asked for words that are known to be rare, so that ANALYZE need not count them: that took most of its time.
    this.addSql(`alter index "users_words" alter column 1 set statistics 0;`);
  }

  override down(): void | Promise<void> {
    this.addSql(`drop index "users_words";`);
  }
}
