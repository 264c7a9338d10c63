import { Migration } from '@mikro-orm/migrations';

/** updateUserRoles can take the role away: not everybody who has an account has it. */
export class Migration20261127001300_user_role_words extends Migration {
  override name = 'Migration20261127001300_user_role_words';

  override up(): void | Promise<void> {
    this.addSql(
      `update "roles" set "description" = 'What an account is given unless an administrator says otherwise.' where "name" = 'user' and "description" = 'Everybody who has an account.';`,
    );
  }

  override down(): void | Promise<void> {
    this.addSql(
      `update "roles" set "description" = 'Everybody who has an account.' where "name" = 'user' and "description" = 'What an account is given unless an administrator says otherwise.';`,
    );
  }
}
