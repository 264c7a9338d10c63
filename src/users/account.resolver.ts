import { Arg, Ctx, Mutation, Resolver } from 'type-graphql';
import { ChallengeRequired } from '../challenges/challenge-required.js';
import type { Context } from '../context.js';
import { changePassword } from '../passwords/change-password.js';
import { ChangePasswordInput } from '../passwords/change-password.input.js';
import { AccountDeleted } from './account-deleted.js';
import {
  ConfirmEmailChangeInput,
  DeleteAccountInput,
  RequestEmailChangeInput,
  UpdateProfileInput,
} from './account.input.js';
import { confirmEmailChange } from './confirm-email-change.js';
import { deleteAccount } from './delete-account.js';
import { requestEmailChange } from './request-email-change.js';
import { updateProfile } from './update-profile.js';
import { User } from './user.entity.js';

@Resolver()
export class AccountResolver {
  @Mutation(() => User, { description: 'Needs a sign-in and the current password. Ends the other sessions.' })
  changePassword(@Arg('input', () => ChangePasswordInput) input: ChangePasswordInput, @Ctx() ctx: Context) {
    return changePassword(ctx, input);
  }

  @Mutation(() => ChallengeRequired, {
    description: 'Needs a sign-in and the password. Sends a code to the new address and a notice to the old one.',
  })
  requestEmailChange(@Arg('input', () => RequestEmailChangeInput) input: RequestEmailChangeInput, @Ctx() ctx: Context) {
    return requestEmailChange(ctx, input);
  }

  @Mutation(() => User, {
    description:
      'Needs a sign-in. The code makes the new address the account’s. The old one gets a link that takes the change back.',
  })
  confirmEmailChange(@Arg('input', () => ConfirmEmailChangeInput) input: ConfirmEmailChangeInput, @Ctx() ctx: Context) {
    return confirmEmailChange(ctx, input);
  }

  @Mutation(() => User, { description: 'Needs a sign-in. Absent leaves as it is; null clears.' })
  updateProfile(@Arg('input', () => UpdateProfileInput) input: UpdateProfileInput, @Ctx() ctx: Context) {
    return updateProfile(ctx, input);
  }

  @Mutation(() => AccountDeleted, {
    description:
      'Needs a sign-in and the password. Soft: restorable by an administrator until the retention period is over, then purged.',
  })
  deleteAccount(@Arg('input', () => DeleteAccountInput) input: DeleteAccountInput, @Ctx() ctx: Context) {
    return deleteAccount(ctx, input);
  }
}
