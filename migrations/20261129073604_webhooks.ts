import { Migration } from '@mikro-orm/migrations';

/**
 * Webhooks: docs/webhooks.md. Triggers write the deliveries, whichever version changes the rows, also the previous one while it still
 * serves. Where no webhook is enabled they read a table of no rows, and write nothing.
 */
export class Migration20261129073604_webhooks extends Migration {
  override name = 'Migration20261129073604_webhooks';

  override up(): void | Promise<void> {
    this.addSql(
      `create table "webhooks" ("id" uuid not null, "url" text not null, "description" varchar(500) null, "events" text[] not null, "enabled" boolean not null default true, "disabled_reason" varchar(255) null, "secret" text not null, "previous_secret" text null, "previous_secret_until" timestamptz null, "failures" int not null default 0, "not_before" timestamptz null, "failing_since" timestamptz null, "created_at" timestamptz not null, primary key ("id"));`,
    );

    this.addSql(
      `create table "webhook_deliveries" ("id" uuid not null default gen_random_uuid(), "seq" bigserial, "webhook_id" uuid not null, "event_id" uuid not null, "type" varchar(64) not null, "subject_id" uuid not null, "body" text not null, "status" text not null default 'PENDING', "tries" int not null default 0, "next_attempt_at" timestamptz not null, "created_at" timestamptz not null default clock_timestamp(), primary key ("id"));`,
    );
    this.addSql(`create index "webhook_deliveries_created_at_index" on "webhook_deliveries" ("created_at");`);
    this.addSql(
      `create index "webhook_deliveries_failed" on "webhook_deliveries" ("webhook_id", "created_at", "id") where "status" = 'FAILED';`,
    );
    this.addSql(
      `create index "webhook_deliveries_order" on "webhook_deliveries" ("webhook_id", "subject_id", "seq") where "status" = 'PENDING';`,
    );
    this.addSql(
      `create index "webhook_deliveries_due" on "webhook_deliveries" ("webhook_id", "next_attempt_at", "seq") where "status" = 'PENDING';`,
    );
    this.addSql(
      `create index "webhook_deliveries_webhook_id_created_at_id_index" on "webhook_deliveries" ("webhook_id", "created_at", "id");`,
    );

    this.addSql(
      `create table "webhook_attempts" ("id" uuid not null, "delivery_id" uuid not null, "at" timestamptz not null, "response_status" int null, "response_body" varchar(500) null, "error" varchar(255) null, "duration_ms" int not null, primary key ("id"));`,
    );
    this.addSql(`create index "webhook_attempts_delivery_id_index" on "webhook_attempts" ("delivery_id");`);

    this.addSql(
      `alter table "webhook_deliveries" add constraint "webhook_deliveries_status_check" check ("status" in ('PENDING', 'DELIVERED', 'FAILED'));`,
    );

    this.addSql(
      `alter table "webhook_attempts" add constraint "webhook_attempts_delivery_id_foreign" foreign key ("delivery_id") references "webhook_deliveries" ("id") on delete cascade;`,
    );

    // Temporary tables last: see the migration of the audit log.
    this.addSql(`select set_config('search_path', quote_ident(current_schema()) || ', pg_temp', true);`);
    this.addSql(TELL_WEBHOOKS);
    this.teller('audit_event', OF_AUDIT_EVENT);
    this.addSql(`create trigger audit_events_tell_webhooks after insert on audit_events for each row
      execute function tell_webhooks_of_audit_event();`);
    for (const [table, name, when, body] of OF_ROWS) {
      this.teller(name, body);
      this.addSql(
        `create trigger ${table}_tell_webhooks_of_${name} after ${when} execute function tell_webhooks_of_${name}();`,
      );
    }
    // Roles are rows that were made before these permissions.
    this.addSql(
      `update roles set permissions = array(select distinct unnest(permissions || '{webhooks:read,webhooks:write}') order by 1), version = version + 1 where name = 'admin';`,
    );
  }

  private teller(name: string, body: string): void {
    this
      .addSql(`create function tell_webhooks_of_${name}() returns trigger language plpgsql set search_path from current as $$
    ${body} $$;`);
  }

  override down(): void | Promise<void> {
    this.addSql(
      `update roles set permissions = array(select unnest(permissions) except select unnest('{webhooks:read,webhooks:write}'::text[]) order by 1), version = version + 1 where name = 'admin';`,
    );
    for (const [table, name] of OF_ROWS.toReversed()) {
      this.addSql(`drop trigger ${table}_tell_webhooks_of_${name} on ${table};`);
      this.addSql(`drop function tell_webhooks_of_${name}();`);
    }
    this.addSql(`drop trigger audit_events_tell_webhooks on audit_events;`);
    this.addSql(`drop function tell_webhooks_of_audit_event();`);
    this.addSql(`drop function tell_webhooks(text, uuid, timestamptz, jsonb);`);
    this.addSql(`drop table "webhook_attempts";`);
    this.addSql(`drop table "webhook_deliveries";`);
    this.addSql(`drop table "webhooks";`);
  }
}

// An import brings along what people have had for long: receivers read it over GraphQL. Every webhook is sent the same id.
const TELL_WEBHOOKS = `create function tell_webhooks(event text, subject uuid, happened timestamptz, about jsonb)
  returns void language plpgsql as $$
declare
  event_id uuid;
begin
  if not exists (select from webhooks where enabled) or current_setting('sallyport.importing', true) = 'on' then return; end if;
  event_id := gen_random_uuid();
  insert into webhook_deliveries (webhook_id, event_id, type, subject_id, next_attempt_at, body)
  select id, event_id, event, coalesce(subject, event_id), 'epoch'::timestamptz, format('{"type":%s,"timestamp":%s,"version":1,"data":%s}', to_json(event),
         to_json(to_char(happened at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')), about)
    from webhooks where enabled and (event = any(events) or events = '{}' and event <> 'audit.recorded');
end $$;`;

const OF_AUDIT_EVENT = `
    declare
      who jsonb;
      fields jsonb := coalesce(new.details -> 'fields', '[]');
    begin
      if not exists (select from webhooks where enabled) then return null; end if;
      perform tell_webhooks('audit.recorded', new.subject_id, new.at, jsonb_build_object(
        'audit_event_id', new.id, 'action', new.action, 'outcome', new.outcome, 'code', new.code, 'actor_id', new.actor_id,
        'user_id', new.subject_id, 'session_id', new.session_id, 'request_id', new.request_id));
      if new.outcome <> 'SUCCEEDED' then return null; end if;
      who := jsonb_build_object('user_id', new.subject_id, 'actor_id', new.actor_id);
      case new.action
        when 'openAccount', 'createUser' then
          perform tell_webhooks('user.created', new.subject_id, new.at, who);
        when 'createAdmin' then
          if new.details -> 'existed' = 'false' then
            perform tell_webhooks('user.created', new.subject_id, new.at, who);
          end if;
          perform tell_webhooks('user.roles_changed', new.subject_id, new.at,
            who || jsonb_build_object('added', new.details -> 'added', 'removed', '[]'::jsonb));
        when 'updateProfile', 'updateUser' then
          if fields <> '[]' then
            perform tell_webhooks('user.updated', new.subject_id, new.at, who || jsonb_build_object('fields', fields));
          end if;
          if fields ? 'email' then
            perform tell_webhooks('user.email_changed', new.subject_id, new.at, who);
          end if;
        when 'updateAvatar', 'removeAvatar' then
          perform tell_webhooks('user.updated', new.subject_id, new.at, who || '{"fields": ["avatar"]}');
        when 'confirmEmailChange' then
          perform tell_webhooks('user.email_changed', new.subject_id, new.at, who);
        when 'undoEmailChange' then
          if new.details -> 'restored' = 'true' then
            perform tell_webhooks('user.email_changed', new.subject_id, new.at, who);
          end if;
        when 'changePassword', 'resetPassword' then
          perform tell_webhooks('user.password_changed', new.subject_id, new.at, who);
        when 'updateUserRoles' then
          perform tell_webhooks('user.roles_changed', new.subject_id, new.at,
            who || jsonb_build_object('added', new.details -> 'added', 'removed', new.details -> 'removed'));
        when 'suspendUser' then perform tell_webhooks('user.suspended', new.subject_id, new.at, who);
        when 'reinstateUser' then perform tell_webhooks('user.reinstated', new.subject_id, new.at, who);
        when 'deleteUser', 'deleteAccount' then perform tell_webhooks('user.deleted', new.subject_id, new.at, who);
        when 'restoreUser' then perform tell_webhooks('user.restored', new.subject_id, new.at, who);
        when 'createRole', 'updateRole', 'deleteRole' then
          -- What happens to one role is told in its order.
          perform tell_webhooks('role.' || case new.action when 'createRole' then 'created' when 'updateRole' then 'updated' else 'deleted' end,
            md5('role ' || (new.details ->> 'role'))::uuid, new.at,
            jsonb_build_object('role', new.details -> 'role', 'actor_id', new.actor_id));
        else null;
      end case;
      return null;
    end`;

/** What has rows of its own is told of each of them, also where one operation ends many. */
const OF_ROWS: [table: string, name: string, when: string, body: string][] = [
  ['users', 'purge', 'delete on users for each row', tellOf('user.purged', 'old', 'id', 'clock_timestamp()', '')],
  [
    'sessions',
    'session',
    'insert on sessions for each row',
    tellOf('session.created', 'new', 'user_id', 'new.created_at', `'session_id', new.id`),
  ],
  [
    'sessions',
    'revoked_session',
    'update of ended_at on sessions for each row when (old.ended_at is null and new.ended_at is not null)',
    tellOf('session.revoked', 'new', 'user_id', 'new.ended_at', `'session_id', new.id`),
  ],
  [
    'api_keys',
    'api_key',
    'insert on api_keys for each row',
    tellOf('api_key.created', 'new', 'user_id', 'new.created_at', `'api_key_id', new.id`),
  ],
  [
    'api_keys',
    'revoked_api_key',
    'update of revoked_at on api_keys for each row when (old.revoked_at is null and new.revoked_at is not null)',
    tellOf('api_key.revoked', 'new', 'user_id', 'new.revoked_at', `'api_key_id', new.id`),
  ],
  ...added('identities', 'identity', 'identity.linked', `'identity_id', new.id, 'provider', new.provider`),
  ...removed('identities', 'identity', 'identity.unlinked', `'identity_id', old.id, 'provider', old.provider`),
  ...added('totp_factors', 'totp_factor', 'factor.added', `'factor_id', new.id, 'method', 'TOTP'`),
  ...removed('totp_factors', 'totp_factor', 'factor.removed', `'factor_id', old.id, 'method', 'TOTP'`),
  ...added('passkeys', 'passkey', 'factor.added', `'factor_id', new.id, 'method', 'PASSKEY'`),
  ...removed('passkeys', 'passkey', 'factor.removed', `'factor_id', old.id, 'method', 'PASSKEY'`),
];

function added(table: string, name: string, event: string, ids: string): typeof OF_ROWS {
  return [
    [table, `added_${name}`, `insert on ${table} for each row`, tellOf(event, 'new', 'user_id', 'new.created_at', ids)],
  ];
}

/** What goes with a purged account is told as one thing. */
function removed(table: string, name: string, event: string, ids: string): typeof OF_ROWS {
  const exists = 'exists (select from users where id = old.user_id)';
  const body = tellOf(event, 'old', 'user_id', 'clock_timestamp()', ids, exists);
  return [[table, `removed_${name}`, `delete on ${table} for each row`, body]];
}

function tellOf(event: string, row: 'new' | 'old', user: string, at: string, ids: string, condition = 'true'): string {
  const data = [`'user_id', ${row}.${user}`, ...(ids ? [ids] : [])].join(', ');
  return `begin
      if ${condition} then perform tell_webhooks('${event}', ${row}.${user}, ${at}, jsonb_build_object(${data})); end if;
      return null;
    end`;
}
