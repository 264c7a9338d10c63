import { Migration } from '@mikro-orm/migrations';

const CAEP = 'https://schemas.openid.net/secevent/caep/event-type/';
const RISC = 'https://schemas.openid.net/secevent/risc/event-type/';

/**
 * Streams of security events: docs/shared-signals.md. Triggers write the events, whichever version changes the rows, also the previous one
 * while it still serves. Where there is no stream they read an empty table, and write nothing.
 */
export class Migration20261129050656_shared_signals extends Migration {
  override name = 'Migration20261129050656_shared_signals';

  override up(): void | Promise<void> {
    this.addSql(
      `create table "event_streams" ("id" uuid not null, "receiver" varchar(63) not null, "status" varchar(16) not null default 'enabled', "status_reason" varchar(255) null, "description" varchar(255) null, "events_requested" text[] null, "events_delivered" text[] not null, "method" varchar(8) not null, "endpoint_url" text null, "authorization_header" text null, "failures" int not null default 0, "next_push_at" timestamptz null, "verified_at" timestamptz null, "used_at" timestamptz not null, "created_at" timestamptz not null, primary key ("id"));`,
    );
    this.addSql(`alter table "event_streams" add constraint "event_streams_receiver_unique" unique ("receiver");`);

    this.addSql(
      `create table "security_events" ("id" bigserial primary key, "jti" uuid not null default gen_random_uuid(), "stream_id" uuid not null, "xact" xid8 not null default pg_current_xact_id(), "type" text not null, "user_id" uuid null, "session_id" uuid null, "details" jsonb not null default '{}', "error" varchar(255) null, "failed_at" timestamptz null, "created_at" timestamptz not null default clock_timestamp());`,
    );
    this.addSql(`alter table "security_events" add constraint "security_events_jti_unique" unique ("jti");`);
    this.addSql(`create index "security_events_created_at_index" on "security_events" ("created_at");`);
    this.addSql(
      `create index "security_events_waiting" on "security_events" ("stream_id", "id") where "failed_at" is null;`,
    );
    // Temporary tables last: see the migration of the audit log.
    this.addSql(`select set_config('search_path', quote_ident(current_schema()) || ', pg_temp', true);`);
    // PL/pgSQL keeps its plan, which a function in SQL makes at each call. Triggers call it, and have set the search path.
    this
      .addSql(`create function tell_streams(event text, of_user uuid, of_session uuid, what jsonb) returns void language plpgsql as $$
    begin
      insert into security_events (stream_id, type, user_id, session_id, details)
      select id, event, of_user, of_session, what from event_streams where status <> 'disabled' and event = any(events_delivered);
    end $$;`);
    this.ofSessions();
    this.ofUsers();
    this.ofCredentials();
  }

  private ofSessions(): void {
    this.teller('revoked_session', `perform tell_streams('${CAEP}session-revoked', old.user_id, old.id, '{}');`);
    this.addSql(`create trigger sessions_tell_streams_of_end after update of ended_at on sessions for each row
      when (old.ended_at is null and new.ended_at is not null) execute function tell_streams_of_revoked_session();`);
    // No operation deletes a session that lives. An operator may, by hand.
    this.addSql(`create trigger sessions_tell_streams_of_deletion after delete on sessions for each row
      when (old.ended_at is null and old.expires_at > now()) execute function tell_streams_of_revoked_session();`);
  }

  private ofUsers(): void {
    this.teller(
      'standing',
      `perform tell_streams('${RISC}account-' || case
        when new.suspended_at is null and new.deleted_at is null then 'enabled' else 'disabled' end, new.id, null, '{}');`,
    );
    this
      .addSql(`create trigger users_tell_streams_of_standing after update of suspended_at, deleted_at on users for each row
      when ((old.suspended_at is null and old.deleted_at is null) <> (new.suspended_at is null and new.deleted_at is null))
      execute function tell_streams_of_standing();`);
    this.teller('purge', `perform tell_streams('${RISC}account-purged', old.id, null, '{}');`);
    this.addSql(`create trigger users_tell_streams_of_purge after delete on users for each row
      execute function tell_streams_of_purge();`);
    // When the transaction commits: its roles may change after the version. Whose tokens are all dead has no claims.
    this.teller(
      'claims',
      `perform tell_streams('${CAEP}token-claims-change', id, null, jsonb_build_object('claims', jsonb_build_object(
          'roles', (select coalesce(jsonb_agg(role_name order by role_name), '[]') from user_roles where user_id = users.id),
          'email_verified', email_verified_at is not null)))
        from users where id = new.id and suspended_at is null and deleted_at is null;`,
    );
    this.addSql(`create constraint trigger users_tell_streams_of_claims after update of version on users
      deferrable initially deferred for each row when (old.version <> new.version)
      execute function tell_streams_of_claims();`);
  }

  private ofCredentials(): void {
    // A password that an account begins with is no change, nor is what goes with a purged account.
    this.teller(
      'password',
      `if tg_op = 'INSERT' then
        perform tell_streams('${CAEP}credential-change', new.user_id, null, '{"credential_type": "password", "change_type": "create"}')
          from users where id = new.user_id and created_at < new.changed_at;
      elsif tg_op = 'UPDATE' then
        perform tell_streams('${CAEP}credential-change', new.user_id, null, '{"credential_type": "password", "change_type": "update"}');
      else
        perform tell_streams('${CAEP}credential-change', old.user_id, null, '{"credential_type": "password", "change_type": "revoke"}')
          from users where id = old.user_id;
      end if;`,
    );
    this.addSql(`create trigger passwords_tell_streams_of_change after update of changed_at on passwords for each row
      when (old.changed_at <> new.changed_at) execute function tell_streams_of_password();`);
    this.teller(
      'factor',
      `perform tell_streams('${CAEP}credential-change', users.id, null,
          jsonb_build_object('change_type', case tg_op when 'INSERT' then 'create' else 'revoke' end) || case
            when tg_table_name = 'totp_factors' then '{"credential_type": "app"}'
            when factor -> 'transports' @> '["internal"]' then jsonb_build_object('credential_type', 'fido2-platform', 'fido2_aaguid', factor -> 'aaguid')
            else jsonb_build_object('credential_type', 'fido2-roaming', 'fido2_aaguid', factor -> 'aaguid') end)
        from (select to_jsonb(case tg_op when 'INSERT' then new else old end) as factor) as changed
        join users on users.id = (factor ->> 'user_id')::uuid;`,
    );
    for (const [table, teller] of CREDENTIALS) {
      // An import brings along what people have had for long.
      this.addSql(`create trigger ${table}_tell_streams_of_creation after insert on ${table} for each row
        when (current_setting('sallyport.importing', true) is distinct from 'on') execute function tell_streams_of_${teller}();`);
      this.addSql(`create trigger ${table}_tell_streams_of_deletion after delete on ${table} for each row
        execute function tell_streams_of_${teller}();`);
    }
  }

  private teller(name: string, body: string): void {
    this
      .addSql(`create function tell_streams_of_${name}() returns trigger language plpgsql set search_path from current as $$
    begin
      ${body}
      return null;
    end $$;`);
  }

  override down(): void | Promise<void> {
    for (const [table] of CREDENTIALS)
      for (const what of ['creation', 'deletion'])
        this.addSql(`drop trigger ${table}_tell_streams_of_${what} on ${table};`);
    this.addSql(`drop trigger passwords_tell_streams_of_change on passwords;`);
    for (const what of ['claims', 'purge', 'standing'])
      this.addSql(`drop trigger users_tell_streams_of_${what} on users;`);
    for (const what of ['deletion', 'end']) this.addSql(`drop trigger sessions_tell_streams_of_${what} on sessions;`);
    for (const name of ['factor', 'password', 'claims', 'purge', 'standing', 'revoked_session'])
      this.addSql(`drop function tell_streams_of_${name}();`);
    this.addSql(`drop function tell_streams(text, uuid, uuid, jsonb);`);
    this.addSql(`drop table "security_events";`);
    this.addSql(`drop table "event_streams";`);
  }
}

const CREDENTIALS = [
  ['passwords', 'password'],
  ['totp_factors', 'factor'],
  ['passkeys', 'factor'],
];
