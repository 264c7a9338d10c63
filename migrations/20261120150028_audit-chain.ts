import { Migration } from '@mikro-orm/migrations';

export class Migration20261120150028_audit_chain extends Migration {
  override name = 'Migration20261120150028_audit_chain';

  override up(): void | Promise<void> {
    // The transaction's number is taken before the sequence's: see AuditEvent.seq.
    this.addSql(`create sequence "audit_events_seq" as bigint cache 1;`);
    this.addSql(`create function next_audit_seq() returns bigint language sql volatile as $$
      select case when pg_current_xact_id() is not null then nextval('audit_events_seq') end
    $$;`);

    this.addSql(
      `create table "audit_seals" ("number" int not null, "first_seq" bigint not null, "last_seq" bigint not null, "events" int not null, "newest_at" timestamptz not null, "leaves" bytea not null, "root" bytea not null, "previous" bytea not null, "hash" bytea not null, "sealed_at" timestamptz not null, "purged_at" timestamptz null, "purge_proof" bytea null, primary key ("number"));`,
    );
    this.addSql(`alter table "audit_seals" add constraint "audit_seals_last_seq_unique" unique ("last_seq");`);

    this.addSql(`drop index "audit_events_at_index";`);
    this.addSql(`drop index "audit_events_subject_id_at_index";`);
    this.addSql(`alter table "audit_events" add "seq" bigint not null default next_audit_seq();`);
    this.addSql(`alter table "audit_events" add constraint "audit_events_seq_unique" unique ("seq");`);
    this.addSql(
      `create index "audit_events_refused_action" on "audit_events" ("action", "at", "id") where "outcome" = 'REFUSED';`,
    );
    this.addSql(`create index "audit_events_refused" on "audit_events" ("at", "id") where "outcome" = 'REFUSED';`);
    this.addSql(`create index "audit_events_subject_id_at_id_index" on "audit_events" ("subject_id", "at", "id");`);
    this.addSql(`create index "audit_events_actor_id_at_id_index" on "audit_events" ("actor_id", "at", "id");`);
    this.addSql(`create index "audit_events_action_at_id_index" on "audit_events" ("action", "at", "id");`);
    this.addSql(`create index "audit_events_at_id_index" on "audit_events" ("at", "id");`);

    // Append-only, also for the owner of the tables and under session_replication_role = replica (enable always).
    // An event goes only with its sealed batch, after that was marked as purged; a mark without proof is found by
    // npm run audit:verify. Whoever may alter the tables can drop the triggers: that is found in the same way.
    // Temporary tables last: one of the name audit_seals must not stand in for the real one in the functions below.
    this.addSql(`select set_config('search_path', quote_ident(current_schema()) || ', pg_temp', true);`);
    this
      .addSql(`create function audit_events_append_only() returns trigger language plpgsql set search_path from current as $$
    begin
      if tg_op = 'DELETE' then
        if (select purged_at is not null from audit_seals where last_seq >= old.seq order by last_seq limit 1) then
          return old;
        end if;
      end if;
      raise exception 'audit_events is append-only' using errcode = 'insufficient_privilege';
    end $$;`);
    this
      .addSql(`create function audit_seals_append_only() returns trigger language plpgsql set search_path from current as $$
    begin
      if tg_op = 'UPDATE' then
        if old.purged_at is null and new.purged_at is not null and new.purge_proof is not null and new.leaves = ''
          and (new.number, new.first_seq, new.last_seq, new.events, new.newest_at, new.root, new.previous, new.hash, new.sealed_at)
            = (old.number, old.first_seq, old.last_seq, old.events, old.newest_at, old.root, old.previous, old.hash, old.sealed_at) then
          return new;
        end if;
      elsif tg_op = 'DELETE' then
        if old.purged_at is not null and exists (select from audit_seals where number > old.number and purged_at is not null) then
          return old;
        end if;
      end if;
      raise exception 'audit_seals is append-only' using errcode = 'insufficient_privilege';
    end $$;`);
    for (const table of ['audit_events', 'audit_seals']) {
      this.addSql(
        `create trigger ${table}_append_only before update or delete on ${table} for each row execute function ${table}_append_only();`,
      );
      this.addSql(
        `create trigger ${table}_no_truncate before truncate on ${table} for each statement execute function ${table}_append_only();`,
      );
      this.addSql(`alter table ${table} enable always trigger ${table}_append_only;`);
      this.addSql(`alter table ${table} enable always trigger ${table}_no_truncate;`);
    }

    // The retention job's only way. Its definer's rights let it work under a role that may but INSERT and SELECT.
    this.addSql(`create function purge_audit_seal(seal int, proof bytea, at timestamptz) returns bigint
    language plpgsql security definer set search_path from current as $$
    declare
      batch audit_seals;
      deleted bigint;
    begin
      update audit_seals set purged_at = at, purge_proof = proof, leaves = '' where number = seal and purged_at is null returning * into batch;
      if not found then
        return 0;
      end if;
      delete from audit_events where seq between batch.first_seq and batch.last_seq;
      get diagnostics deleted = row_count;
      delete from audit_seals where number < seal;
      return deleted;
    end $$;`);
    this.addSql(`revoke execute on function purge_audit_seal(int, bytea, timestamptz) from public;`);
  }

  override down(): void | Promise<void> {
    this.addSql(`drop function purge_audit_seal(int, bytea, timestamptz);`);
    for (const table of ['audit_events', 'audit_seals']) {
      this.addSql(`drop trigger ${table}_append_only on ${table};`);
      this.addSql(`drop trigger ${table}_no_truncate on ${table};`);
      this.addSql(`drop function ${table}_append_only();`);
    }
    this.addSql(`drop table if exists "audit_seals" cascade;`);

    this.addSql(`alter table "audit_events" drop constraint "audit_events_seq_unique";`);
    this.addSql(`drop index "audit_events_refused_action";`);
    this.addSql(`drop index "audit_events_refused";`);
    this.addSql(`drop index "audit_events_subject_id_at_id_index";`);
    this.addSql(`drop index "audit_events_actor_id_at_id_index";`);
    this.addSql(`drop index "audit_events_action_at_id_index";`);
    this.addSql(`drop index "audit_events_at_id_index";`);
    this.addSql(`alter table "audit_events" drop column "seq";`);
    this.addSql(`drop function next_audit_seq();`);
    this.addSql(`drop sequence "audit_events_seq";`);
    this.addSql(`create index "audit_events_at_index" on "audit_events" ("at");`);
    this.addSql(`create index "audit_events_subject_id_at_index" on "audit_events" ("subject_id", "at");`);
  }
}
