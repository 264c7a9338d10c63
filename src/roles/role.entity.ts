import { OptionalProps, PrimaryKeyProp } from '@mikro-orm/core';
import { Entity, PrimaryKey, Property } from '@mikro-orm/decorators/legacy';
import { Directive, Field, ObjectType } from 'type-graphql';

@ObjectType({ description: 'A named set of permissions. Users hold roles, and have the permissions of all of them.' })
@Directive('@key(fields: "id")')
@Directive('@key(fields: "name")')
@Directive('@shareable')
@Entity({ tableName: 'roles' })
export class Role {
  [PrimaryKeyProp]?: 'name';
  [OptionalProps]?: 'builtIn' | 'version' | 'requiresSecondFactor';

  @Field(() => String, { description: 'The unique name, also in the roles claim of access tokens. It never changes.' })
  @PrimaryKey({ type: 'string', length: 64 })
  name!: string;

  @Field(() => String, { nullable: true, description: 'What the role is for. Null when nothing was written.' })
  @Property({ type: 'text', nullable: true })
  description: string | null = null;

  @Field(() => [String], {
    description:
      'The permissions, each written resource:action, such as users:read. The scope claim of access tokens carries them.',
  })
  @Property({ type: 'string[]', columnType: 'text[]' })
  permissions: string[] = [];

  @Field(() => Boolean, {
    description: 'Whether the role belongs to the server (admin, user). Such a role cannot be deleted.',
  })
  @Property({ type: 'boolean', default: false })
  builtIn: boolean = false;

  @Field(() => Boolean, {
    description:
      'Whether users who hold the role must sign in with a second factor. A user who has none enrols one at the next sign-in, and a session without one ends at its next refresh.',
  })
  @Property({ type: 'boolean', default: false })
  requiresSecondFactor: boolean = false;

  /** Raised with every change of the permissions and of requiresSecondFactor: access tokens that carry an older one are invalid. */
  @Property({ type: 'integer', default: 1 })
  version: number = 1;

  @Property({ type: 'datetime' })
  createdAt!: Date;

  @Property({ type: 'datetime' })
  updatedAt!: Date;
}
