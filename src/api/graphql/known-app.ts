import type { GraphQLResolveInfo } from 'graphql';
import type { Context } from '../../context.js';
import { badInput } from '../../errors.js';

/** The request header that names the application it comes from (APP_URLS). */
export const APP_HEADER = 'x-sallyport-app';

type Resolver = (parent: unknown, args: unknown, ctx: Context, info: GraphQLResolveInfo) => unknown;

/**
 * Refuses mutations of an unknown application before anything is done: its mails would lead to another application, and no one would know
 * why. Queries send no mail.
 */
export const knownApp = {
  async Mutation(
    resolve: Resolver,
    parent: unknown,
    args: unknown,
    ctx: Context,
    info: GraphQLResolveInfo,
  ): Promise<unknown> {
    if (ctx.request.appIsUnknown)
      throw badInput({
        field: APP_HEADER,
        code: 'UNKNOWN',
        message: `The header ${APP_HEADER} names no application of APP_URLS.`,
      });
    return resolve(parent, args, ctx, info);
  },
};
