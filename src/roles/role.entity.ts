import { OptionalProps, PrimaryKeyProp } from '@mikro-orm/core';
import { Entity, PrimaryKey, Property } from '@mikro-orm/decorators/legacy';
import { Directive, Field, ObjectType } from 'type-graphql';

@ObjectType({ description: 'A named set of permissions.' })
@Directive('@key(fields: "id")')
@Directive('@key(fields: "name")')
@Directive('@shareable')
@Entity({ tableName: 'roles' })
export class Role {
  [PrimaryKeyProp]?: 'name';
  [OptionalProps]?: 'builtIn' | 'version';

  @Field(() => String)
  @PrimaryKey({ type: 'string', length: 64 })
  name!: string;

  @Field(() => String, { nullable: true })
  @Property({ type: 'text', nullable: true })
  description: string | null = null;

  @Field(() => [String], {
    description: 'Strings such as users:read; also the space-separated scope claim of access tokens.',
  })
  @Property({ type: 'string[]', columnType: 'text[]' })
  permissions: string[] = [];

  @Field(() => Boolean)
  @Property({ type: 'boolean', default: false })
  builtIn: boolean = false;

  /** Raised with every change of the permissions: access tokens that carry an older one are dead. */
  @Property({ type: 'integer', default: 1 })
  version: number = 1;

  @Property({ type: 'datetime' })
  createdAt!: Date;

  @Property({ type: 'datetime' })
  updatedAt!: Date;
}
