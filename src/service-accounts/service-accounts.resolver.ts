import { Arg, Args, Ctx, FieldResolver, Mutation, Query, Resolver, Root } from 'type-graphql';
import type { Context } from '../context.js';
import { PageArgs } from '../platform/pagination.js';
import { Role } from '../roles/role.entity.js';
import { createServiceAccount } from './create-service-account.js';
import { createServiceAccountSecret } from './create-service-account-secret.js';
import { deleteServiceAccount } from './delete-service-account.js';
import { listServiceAccounts, ServiceAccountConnection } from './list-service-accounts.js';
import { ServiceAccountCreated } from './new-secret.js';
import { revokeServiceAccountSecret } from './revoke-service-account-secret.js';
import { ServiceAccountSecret } from './service-account-secret.entity.js';
import { ServiceAccount } from './service-account.entity.js';
import {
  CreateServiceAccountInput,
  ServiceAccountIdInput,
  ServiceAccountSecretIdInput,
  UpdateServiceAccountInput,
} from './service-accounts.input.js';
import { updateServiceAccount } from './update-service-account.js';

const RECENT = `- REAUTHENTICATION_REQUIRED: the last authentication is not recent. Call requestReauthentication.`;
const UNKNOWN = `- NOT_FOUND: there is no such service account.`;
const BEYOND = `- FORBIDDEN: one of its roles has a permission that you do not have. Only a user with the role admin can grant and remove any role.`;

@Resolver(() => ServiceAccount)
export class ServiceAccountsResolver {
  @Query(() => ServiceAccountConnection, {
    description: 'Lists the service accounts, newest first. Requires the permission service-accounts:read.',
  })
  serviceAccounts(@Args(() => PageArgs) page: PageArgs, @Ctx() ctx: Context): Promise<ServiceAccountConnection> {
    return listServiceAccounts(ctx, page);
  }

  @Mutation(() => ServiceAccountCreated, {
    description: `
      Creates a service account and its first secret, which is shown once.
      Requires the permission service-accounts:write and a recent authentication.
      Refused with:
      ${RECENT}
      ${BEYOND}
      - NOT_FOUND: there is no role of one of these names.
    `,
  })
  createServiceAccount(
    @Arg('input', () => CreateServiceAccountInput) input: CreateServiceAccountInput,
    @Ctx() ctx: Context,
  ) {
    return createServiceAccount(ctx, input);
  }

  @Mutation(() => ServiceAccount, {
    description: `
      Changes a service account. When its roles or jwksUri change, its access tokens are revoked before this operation answers; it gets new ones
      at POST /oauth/token. Requires the permission service-accounts:write and a recent authentication.
      Refused with:
      ${RECENT}
      - NOT_FOUND: there is no such service account, or no role of one of these names.
      ${BEYOND}
    `,
  })
  updateServiceAccount(
    @Arg('input', () => UpdateServiceAccountInput) input: UpdateServiceAccountInput,
    @Ctx() ctx: Context,
  ) {
    return updateServiceAccount(ctx, input);
  }

  @Mutation(() => ServiceAccountCreated, {
    description: `
      Creates a second secret beside the first, so that a rotation needs no downtime. It is shown once.
      Requires the permission service-accounts:write and a recent authentication.
      Refused with:
      ${RECENT}
      ${UNKNOWN}
      ${BEYOND}
      - BAD_USER_INPUT: it has two secrets. Revoke one first.
    `,
  })
  createServiceAccountSecret(
    @Arg('input', () => ServiceAccountIdInput) input: ServiceAccountIdInput,
    @Ctx() ctx: Context,
  ) {
    return createServiceAccountSecret(ctx, input);
  }

  @Mutation(() => ServiceAccount, {
    description: `
      Revokes a secret. The secret and the access tokens that were issued for it are dead everywhere once this has answered.
      Requires the permission service-accounts:write.
      Refused with:
      - NOT_FOUND: there is no such service account, or it has no such secret.
      ${BEYOND}
    `,
  })
  revokeServiceAccountSecret(
    @Arg('input', () => ServiceAccountSecretIdInput) input: ServiceAccountSecretIdInput,
    @Ctx() ctx: Context,
  ) {
    return revokeServiceAccountSecret(ctx, input);
  }

  @Mutation(() => ServiceAccount, {
    description: `
      Deletes a service account for good. Its secrets and access tokens are dead everywhere once this has answered; the audit log still names it.
      Requires the permission service-accounts:write and a recent authentication.
      Refused with:
      ${RECENT}
      ${UNKNOWN}
      ${BEYOND}
    `,
  })
  deleteServiceAccount(@Arg('input', () => ServiceAccountIdInput) input: ServiceAccountIdInput, @Ctx() ctx: Context) {
    return deleteServiceAccount(ctx, input);
  }

  @FieldResolver(() => String, {
    description: "OAuth's client_id, and the `sub` of its access tokens: the same as the id.",
  })
  clientId(@Root() { id }: ServiceAccount) {
    return id;
  }

  @FieldResolver(() => [Role], {
    description: 'The roles that it holds. Requires the permission service-accounts:read or service-accounts:write.',
  })
  roles(@Root() { id }: ServiceAccount, @Ctx() { loaders }: Context) {
    return loaders.rolesOfServiceAccount.load(id);
  }

  @FieldResolver(() => [String], {
    description: `
      The permissions of all roles that it holds, in alphabetical order.
      Requires the permission service-accounts:read or service-accounts:write.
    `,
  })
  async permissions(@Root() { id }: ServiceAccount, @Ctx() { loaders }: Context) {
    const roles = await loaders.rolesOfServiceAccount.load(id);
    return [...new Set(roles.flatMap(({ permissions }) => permissions))].sort();
  }

  @FieldResolver(() => [ServiceAccountSecret], {
    description: `
      Its valid secrets, oldest first, two at most.
      Requires the permission service-accounts:read or service-accounts:write.
    `,
  })
  secrets(@Root() { id }: ServiceAccount, @Ctx() { loaders }: Context) {
    return loaders.secretsOfServiceAccount.load(id);
  }
}
