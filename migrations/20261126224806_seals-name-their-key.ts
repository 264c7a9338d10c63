import { Migration } from '@mikro-orm/migrations';

export class Migration20261126224806_seals_name_their_key extends Migration {
  override name = 'Migration20261126224806_seals_name_their_key';

  override up(): void | Promise<void> {
    this.addSql(`alter table "audit_seals" add "key_id" bytea null;`);
    this.guardSeals('insert or update or delete', {
      // The previous version, which may still be running, knows of no details and would seal events as if they had none.
      insert: `if tg_op = 'INSERT' then
        if new.key_id is not null
          or not exists (select from audit_events where seq between new.first_seq and new.last_seq and details is not null) then
          return new;
        end if;
        raise exception 'events with details are sealed by a version that knows of them' using errcode = 'object_not_in_prerequisite_state';
      els`,
      keyId: ' and new.key_id is not distinct from old.key_id',
    });
  }

  override down(): void | Promise<void> {
    this.guardSeals('update or delete', { insert: '', keyId: '' });
    // The hash of a seal covers it: to the previous version's npm run audit:verify what was sealed since up() is altered.
    this.addSql(`alter table "audit_seals" drop column "key_id";`);
  }

  /** As in 20261120150028_audit-chain, with what may be put in as well. */
  private guardSeals(events: string, { insert, keyId }: { insert: string; keyId: string }): void {
    // Temporary tables last: one of the name audit_seals must not stand in for the real one in the function.
    this.addSql(`select set_config('search_path', quote_ident(current_schema()) || ', pg_temp', true);`);
    this
      .addSql(`create or replace function audit_seals_append_only() returns trigger language plpgsql set search_path from current as $$
    begin
      ${insert}if tg_op = 'UPDATE' then
        if old.purged_at is null and new.purged_at is not null and new.purge_proof is not null and new.leaves = ''
          and (new.number, new.first_seq, new.last_seq, new.events, new.newest_at, new.root, new.previous, new.hash, new.sealed_at)
            = (old.number, old.first_seq, old.last_seq, old.events, old.newest_at, old.root, old.previous, old.hash, old.sealed_at)${keyId} then
          return new;
        end if;
      elsif tg_op = 'DELETE' then
        if old.purged_at is not null and exists (select from audit_seals where number > old.number and purged_at is not null) then
          return old;
        end if;
      end if;
      raise exception 'audit_seals is append-only' using errcode = 'insufficient_privilege';
    end $$;`);
    this.addSql(`drop trigger audit_seals_append_only on audit_seals;`);
    this.addSql(
      `create trigger audit_seals_append_only before ${events} on audit_seals for each row execute function audit_seals_append_only();`,
    );
    this.addSql(`alter table audit_seals enable always trigger audit_seals_append_only;`);
  }
}
