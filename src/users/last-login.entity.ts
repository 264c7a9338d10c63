import type { Rel } from '@mikro-orm/core';
import { Entity, Index, OneToOne, Property } from '@mikro-orm/decorators/legacy';
import { User } from './user.entity.js';

/**
 * A copy of `users.last_login_at` to sort users by: `-infinity` if they have never signed in. A separate table, so that a sign-in changes
 * no indexed column of `users` and writes none of that table's indexes (a HOT update). A trigger
 * keeps it up to date with each write to `users`.
 */
@Entity({ tableName: 'last_logins' })
@Index({
  name: 'last_logins_in_order',
  expression: ({ lastLoginAt, user }, table, name) =>
    `create index "${name}" on "${table.name}" ("${lastLoginAt}", "${user}")`,
})
export class LastLogin {
  @OneToOne({ entity: () => User, primary: true, owner: true, deleteRule: 'cascade' })
  user!: Rel<User>;

  @Property({ type: 'datetime' })
  lastLoginAt!: Date;
}
