import { Migration } from '@mikro-orm/migrations';

/**
 * Accounts begin when the address is verified. Accounts that were registered, never verified and never used become pending
 * registrations, and so do decoys. Open codes go on working: their challenges go along.
 *
 * The previous version, while it still serves, goes on making such accounts and decoys: the two columns stay for one release. To
 * the new version they are unverified accounts and deleted ones. It does not find what was moved: until it is replaced, the code of
 * such a registration is refused, and works afterwards.
 */
export class Migration20261128205548_pending_registrations extends Migration {
  override name = 'Migration20261128205548_pending_registrations';

  override up(): void | Promise<void> {
    // A million people take some seconds; the pool's own time-out is for requests.
    this.addSql(`set local statement_timeout = 0;`);
    this.addSql(
      `create table "pending_registrations" ("id" uuid not null, "email" varchar(254) not null, "username" varchar(32) null, "display_name" varchar(100) null, "locale" varchar(35) null, "password_hash" text null, "created_at" timestamptz not null, "updated_at" timestamptz not null, primary key ("id"));`,
    );
    this.addSql(
      `alter table "pending_registrations" add constraint "pending_registrations_email_unique" unique ("email");`,
    );
    this.addSql(`create index "pending_registrations_updated_at_index" on "pending_registrations" ("updated_at");`);
    this.addSql(
      `alter table "pending_registrations" add constraint "pending_registrations_email_lower_case" check (email !~ '[A-Z]');`,
    );
    this.addSql(`alter table "challenges" add "registration_id" uuid null;`);
    this.addSql(
      `alter table "challenges" add constraint "challenges_registration_id_foreign" foreign key ("registration_id") references "pending_registrations" ("id") on delete cascade;`,
    );
    this.addSql(`create index "challenges_registration_id_index" on "challenges" ("registration_id");`);
    this.addSql(
      `alter table "challenges" add constraint "challenges_of_one" check (user_id is null or registration_id is null);`,
    );

    // Nobody signs in, is verified or is given a role between the two statements that say who moves.
    this.addSql(`lock table "users", "user_roles", "sessions" in share row exclusive mode;`);
    this.addSql(`create temporary table moving on commit drop as select id, email from users where ${NEVER_USED};`);
    // Where an address has both, the account is of the newer registration: a decoy is made only while there is an owner.
    this.addSql(`
      insert into moving select id, email from users d
       where decoy and not exists (select from moving m where m.email = d.email);`);
    this.addSql(`
      insert into pending_registrations (id, email, username, display_name, locale, password_hash, created_at, updated_at)
      select u.id, u.email, u.username, u.display_name, u.locale, p.hash, u.created_at, u.updated_at
        from users u join moving using (id) left join passwords p on p.user_id = u.id;`);
    this.addSql(`
      update challenges set registration_id = user_id, user_id = null
       where purpose = 'VERIFY_EMAIL' and user_id in (select id from moving);`);
    // A reset of such a password: the address has no account any more, and no code is right.
    this.addSql(`update challenges set user_id = null where user_id in (select id from moving);`);
    this.addSql(`delete from users where decoy or id in (select id from moving);`);

    this.addSql(`drop index "users_decoy";`);
    this.addSql(`drop index "users_pending";`);
    this.addSql(`alter table "users" drop constraint "users_decoy_deleted";`);
    this.addSql(`drop index "users_username_unique";`);
    this.addSql(
      `create unique index "users_username_unique" on "users" (lower("username")) where "deleted_at" is null;`,
    );
  }

  override down(): void | Promise<void> {
    this.addSql(`set local statement_timeout = 0;`);
    this.addSql(`lock table "users" in share row exclusive mode;`);
    // What the previous version made while it still served.
    this.addSql(`delete from users where decoy;`);
    this.addSql(`drop index "users_username_unique";`);
    this.addSql(
      `create unique index "users_username_unique" on "users" (lower("username")) where "deleted_at" is null or "decoy";`,
    );
    this.addSql(
      `alter table "users" add constraint "users_decoy_deleted" check (not decoy or deleted_at is not null);`,
    );
    this.addSql(`create unique index "users_decoy" on "users" ("email") where "decoy";`);
    this.addSql(
      `create index "users_pending" on "users" ("updated_at") where "self_registered" and "email_verified_at" is null;`,
    );
    // An account that claims its address or, where that has an owner, a decoy. A username is held again: the first to have registered
    // has it, unless an account has taken it.
    this.addSql(`
      insert into users (id, email, username, display_name, locale, self_registered, decoy, deleted_at, created_at, updated_at)
      select r.id, r.email,
             case when row_number() over (partition by lower(r.username) order by r.created_at, r.id) = 1
                   and not exists (select from users t where lower(t.username) = lower(r.username) and t.deleted_at is null)
                  then r.username end,
             r.display_name, r.locale, true, o.id is not null, case when o.id is not null then r.updated_at end,
             r.created_at, r.updated_at
        from pending_registrations r left join users o on o.email = r.email and o.deleted_at is null;`);
    this.addSql(`
      insert into passwords (user_id, hash, changed_at)
      select id, password_hash, updated_at from pending_registrations where password_hash is not null;`);
    this.addSql(`
      insert into user_roles (user_id, role_name, granted_at)
      select id, 'user', created_at from pending_registrations;`);
    this.addSql(`
      update challenges set user_id = registration_id, registration_id = null where registration_id is not null;`);
    this.addSql(`alter table "challenges" drop constraint "challenges_of_one";`);
    this.addSql(`alter table "challenges" drop column "registration_id";`);
    this.addSql(`drop table "pending_registrations";`);
  }
}

/** Made by `register`, without rights, and never verified or signed in to. */
const NEVER_USED = `
  self_registered and email_verified_at is null and last_login_at is null and suspended_at is null and deleted_at is null
  and not exists (select from user_roles ur where ur.user_id = users.id and ur.role_name <> 'user')`;
