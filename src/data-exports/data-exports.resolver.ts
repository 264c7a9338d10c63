import { Ctx, FieldResolver, Mutation, Resolver, Root } from 'type-graphql';
import type { Context } from '../context.js';
import { User } from '../users/user.entity.js';
import { DataExport, DataExportStatus } from './data-export.entity.js';
import { MAX_DATA_EXPORTS } from './data-exports-loader.js';
import { requestDataExport } from './request-data-export.js';

@Resolver(() => User)
export class DataExportsResolver {
  @Mutation(() => DataExport, {
    description: `
      Begins an export of everything that is kept about the signed-in user: a ZIP file with JSON for programs and HTML for people.
      A mail says when it is ready. While an export is PENDING, that one is returned. Requires a sign-in and a recent authentication.
      Refused with:
      - REAUTHENTICATION_REQUIRED: the last authentication is not recent. Call requestReauthentication.
    `,
  })
  requestDataExport(@Ctx() ctx: Context) {
    return requestDataExport(ctx);
  }

  @FieldResolver(() => [DataExport], {
    nullable: true,
    description: `
      The exports of the user's data, newest first, ${MAX_DATA_EXPORTS} at most. They are listed for 30 days. Visible to the user alone.
    `,
  })
  dataExports(@Root() user: User, @Ctx() { loaders }: Context) {
    return loaders.dataExportsOfUser.load(user.id);
  }
}

@Resolver(() => DataExport)
export class DataExportResolver {
  @FieldResolver(() => DataExportStatus, { description: 'The status of the export.' })
  status(@Root() one: DataExport, @Ctx() { clock }: Context) {
    return one.status === DataExportStatus.READY && !isOpen(one, clock.now()) ? DataExportStatus.EXPIRED : one.status;
  }

  @FieldResolver(() => String, {
    nullable: true,
    description: `
      Where to GET the ZIP file, with the access token of the user in the Authorization header, after a recent authentication.
      The address alone gives no access. Null unless it is READY.
    `,
  })
  downloadUrl(@Root() one: DataExport, @Ctx() { config, clock }: Context) {
    return isOpen(one, clock.now()) ? `${config.publicUrl}/data-exports/${one.id}` : null;
  }
}

function isOpen({ status, expiresAt }: DataExport, now: Date): boolean {
  return status === DataExportStatus.READY && expiresAt !== null && now < expiresAt;
}
