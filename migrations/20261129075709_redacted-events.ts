import { Migration } from '@mikro-orm/migrations';

/**
 * Audit events can lose what is personal in them, by a function that leaves a proof (docs/decisions/10-audit-chain.md). The previous version
 * seals without salts while it still serves: verification takes both.
 */
export class Migration20261129075709_redacted_events extends Migration {
  override name = 'Migration20261129075709_redacted_events';

  override up(): void | Promise<void> {
    this.addSql(
      `create table "audit_positions" ("name" varchar(32) not null, "seq" bigint not null, primary key ("name"));`,
    );
    // The default apart: with the column it would write each event anew, while nothing else can be written.
    this.addSql(`alter table "audit_events" add "salt" uuid null, add "redaction" bytea null;`);
    this.addSql(`alter table "audit_events" alter column "salt" set default gen_random_uuid();`);
    this.guardEvents(`
      if tg_op = 'UPDATE' then
        if new.redaction is not null and new.redaction is distinct from old.redaction and new.salt is null
          and (new.ip_address is null or new.ip_address = old.ip_address)
          and (new.user_agent is null or new.user_agent = old.user_agent)
          and (new.details is null or new.details = old.details)
          and to_jsonb(new) - array['ip_address', 'user_agent', 'details', 'salt', 'redaction']
            = to_jsonb(old) - array['ip_address', 'user_agent', 'details', 'salt', 'redaction'] then
          return new;
        end if;
      end if;`);
    // As purge_audit_seal: its definer's rights let it work under a role that may but INSERT and SELECT. What was removed in another way
    // since it was read keeps the proof of that.
    this
      .addSql(`create function redact_audit_events(ids uuid[], former bytea[], proofs bytea[], origin boolean[], detail boolean[]) returns bigint
    language plpgsql security definer set search_path from current as $$
    declare
      redacted bigint;
    begin
      update audit_events e
         set ip_address = case when r.origin then null else e.ip_address end,
             user_agent = case when r.origin then null else e.user_agent end,
             details = case when r.detail then null else e.details end,
             salt = null, redaction = r.proof
        from unnest(ids, former, proofs, origin, detail) as r (id, former, proof, origin, detail)
       where e.id = r.id and e.redaction is not distinct from r.former;
      get diagnostics redacted = row_count;
      return redacted;
    end $$;`);
    this.addSql(
      `revoke execute on function redact_audit_events(uuid[], bytea[], bytea[], boolean[], boolean[]) from public;`,
    );
  }

  override down(): void | Promise<void> {
    this.addSql(`drop function redact_audit_events(uuid[], bytea[], bytea[], boolean[], boolean[]);`);
    this.guardEvents('');
    // Salts are sealed: to npm run audit:verify what was sealed since up() is altered once they are gone.
    this.addSql(`alter table "audit_events" drop column "salt", drop column "redaction";`);
    this.addSql(`drop table "audit_positions";`);
  }

  /** As in 20261120150028_audit-chain, with what may be changed as well. */
  private guardEvents(update: string): void {
    // Temporary tables last: one of the name audit_seals must not stand in for the real one in the function.
    this.addSql(`select set_config('search_path', quote_ident(current_schema()) || ', pg_temp', true);`);
    this
      .addSql(`create or replace function audit_events_append_only() returns trigger language plpgsql set search_path from current as $$
    begin${update}
      if tg_op = 'DELETE' then
        if (select purged_at is not null from audit_seals where last_seq >= old.seq order by last_seq limit 1) then
          return old;
        end if;
      end if;
      raise exception 'audit_events is append-only' using errcode = 'insufficient_privilege';
    end $$;`);
  }
}
