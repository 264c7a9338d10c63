import { GraphQLDateTime as DateTime } from 'graphql-scalars';
import { ArgsType, Field, InputType, registerEnumType } from 'type-graphql';
import { connectionOf, PageArgs } from '../platform/pagination.js';
import { User, UserStatus } from '../users/user.entity.js';

export enum UserOrderField {
  CREATED_AT = 'CREATED_AT',
  EMAIL = 'EMAIL',
  LAST_LOGIN_AT = 'LAST_LOGIN_AT',
}
registerEnumType(UserOrderField, {
  name: 'UserOrderField',
  description: 'What a list of users is ordered by.',
  valuesConfig: {
    CREATED_AT: { description: 'When the account was created.' },
    EMAIL: { description: 'The e-mail address.' },
    LAST_LOGIN_AT: { description: 'When the user last signed in. In ascending order, users who never did come first.' },
  },
});

export enum OrderDirection {
  ASC = 'ASC',
  DESC = 'DESC',
}
registerEnumType(OrderDirection, {
  name: 'OrderDirection',
  description: 'The direction of an order.',
  valuesConfig: {
    ASC: { description: 'Ascending: the smallest value or the earliest time first.' },
    DESC: { description: 'Descending: the largest value or the latest time first.' },
  },
});

@InputType({ description: 'Selects users. A user must meet every condition that is given.' })
export class UserFilter {
  @Field(() => UserStatus, { nullable: true, description: 'Users with this status.' })
  status?: UserStatus | null;

  @Field(() => String, { nullable: true, description: 'Users who hold the role of this name.' })
  role?: string | null;

  @Field(() => Boolean, { nullable: true, description: 'Users whose e-mail address is, or is not, verified.' })
  emailVerified?: boolean | null;

  @Field(() => DateTime, { nullable: true, description: 'Users whose account was created after this time.' })
  createdAfter?: Date | null;

  @Field(() => DateTime, { nullable: true, description: 'Users whose account was created before this time.' })
  createdBefore?: Date | null;

  @Field(() => Boolean, {
    nullable: true,
    defaultValue: false,
    description:
      'true: only users whose account is deleted and can be restored. false: only users whose account is not deleted.',
  })
  deleted?: boolean | null;
}

@InputType({ description: 'The order of a list of users. Users with the same value are ordered by id.' })
export class UserOrder {
  @Field(() => UserOrderField, { description: 'What to order by.' })
  field!: UserOrderField;

  @Field(() => OrderDirection, {
    nullable: true,
    defaultValue: OrderDirection.ASC,
    description: 'The direction. Ascending by default.',
  })
  direction?: OrderDirection | null;
}

@ArgsType()
export class UsersArgs extends PageArgs {
  @Field(() => String, {
    nullable: true,
    description: `
      Only users whose e-mail address, username or display name contains this text, in upper or lower case.
      One or two characters are searched for at the beginning of words only. Up to 254 characters.
    `,
  })
  search?: string | null;

  @Field(() => UserFilter, {
    nullable: true,
    description: 'Only users that match. Those that are not deleted by default.',
  })
  filter?: UserFilter | null;

  @Field(() => UserOrder, { nullable: true, description: 'The order. Newest account first by default.' })
  orderBy?: UserOrder | null;
}

export const UserConnection = connectionOf(User, 'User');
export type UserConnection = InstanceType<typeof UserConnection>;
