import { Migration } from '@mikro-orm/migrations';

const SESSION_REVOKED = 'https://schemas.openid.net/secevent/caep/event-type/session-revoked';

/**
 * Whoever hears of ended sessions hears of revoked API keys: the tokens that are given for a key carry its id as `sid`. Triggers write it,
 * whichever version changes the rows.
 */
export class Migration20261129061900_api_key_revocations extends Migration {
  override name = 'Migration20261129061900_api_key_revocations';

  override up(): void | Promise<void> {
    // Temporary tables last: see the migration of the audit log.
    this.addSql(`select set_config('search_path', quote_ident(current_schema()) || ', pg_temp', true);`);
    this
      .addSql(`create function tell_of_revoked_api_key() returns trigger language plpgsql set search_path from current as $$
    begin
      insert into revocations (kind, key) values ('session', old.id);
      perform tell_streams('${SESSION_REVOKED}', old.user_id, old.id, '{}');
      return null;
    end $$;`);
    this.addSql(`create trigger api_keys_tell_of_revocation after update of revoked_at on api_keys for each row
      when (old.revoked_at is null and new.revoked_at is not null) execute function tell_of_revoked_api_key();`);
    // No operation deletes a key that works. An operator may, by hand; with its user it goes when the user is purged.
    this.addSql(`create trigger api_keys_tell_of_deletion after delete on api_keys for each row
      when (old.revoked_at is null and (old.expires_at is null or old.expires_at > now())) execute function tell_of_revoked_api_key();`);
    // Tokens of keys name no role, by whose version verifiers would know that it has changed. The version of the user says it; the
    // user's own tokens are dead by the role. In the order of ids, as all who lock several users.
    this
      .addSql(`create function tell_keys_of_role_version() returns trigger language plpgsql set search_path from current as $$
    begin
      update users set version = version + 1 where id in (
        select u.id from users u
         where exists (select from user_roles ur where ur.user_id = u.id and ur.role_name = new.name)
           and exists (select from api_keys k where k.user_id = u.id and k.revoked_at is null)
         order by u.id for no key update);
      return null;
    end $$;`);
    this.addSql(`create trigger roles_tell_keys_of_version after update of version on roles for each row
      when (old.version <> new.version) execute function tell_keys_of_role_version();`);
  }

  override down(): void | Promise<void> {
    this.addSql(`drop trigger roles_tell_keys_of_version on roles;`);
    for (const what of ['deletion', 'revocation']) this.addSql(`drop trigger api_keys_tell_of_${what} on api_keys;`);
    for (const name of ['tell_keys_of_role_version', 'tell_of_revoked_api_key'])
      this.addSql(`drop function ${name}();`);
  }
}
