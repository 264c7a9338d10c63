import { Arg, Ctx, Mutation, Resolver } from 'type-graphql';
import { ChallengeRequired } from '../challenges/challenge-required.js';
import type { Context } from '../context.js';
import { changePassword } from './change-password.js';
import { ChangePasswordInput } from './change-password.input.js';
import { AccountDeleted } from './account-deleted.js';
import {
  ConfirmEmailChangeInput,
  DeleteAccountInput,
  RequestEmailChangeInput,
  UndoEmailChangeInput,
  UpdateProfileInput,
} from './account.input.js';
import { confirmEmailChange } from './confirm-email-change.js';
import { deleteAccount } from './delete-account.js';
import { requestEmailChange } from './request-email-change.js';
import { requestEmailVerification } from './request-email-verification.js';
import { LoggedOut } from '../sessions/logged-out.js';
import { undoEmailChange } from './undo-email-change.js';
import { updateProfile } from './update-profile.js';
import { User } from '../users/user.entity.js';

@Resolver()
export class AccountResolver {
  @Mutation(() => User, {
    description: `
      Changes the password of the signed-in user, or sets a first one. Requires a sign-in, and the current password or a recent
      authentication. All other sessions of the user end, open challenges expire, and a mail tells the user.
      Refused with:
      - REAUTHENTICATION_REQUIRED: the last authentication is too long ago, and the password was left out or the user has a
        second factor.
      - FORBIDDEN: users cannot sign in by password on this server (authSettings.signInMethods).
      - INVALID_CREDENTIALS: the password is wrong.
      - WEAK_PASSWORD: extensions.reason says why, and extensions.suggestions what to do.
    `,
  })
  changePassword(@Arg('input', () => ChangePasswordInput) input: ChangePasswordInput, @Ctx() ctx: Context) {
    return changePassword(ctx, input);
  }

  @Mutation(() => ChallengeRequired, {
    description: `
      Begins a change of the e-mail address: sends a code to the new address, and a notice to the current one.
      The address changes when the challenge is answered with confirmEmailChange.
      Requires a sign-in, and the current password or a recent authentication.
      Refused with:
      - REAUTHENTICATION_REQUIRED: the last authentication is too long ago, and the password was left out or the user has a
        second factor.
      - INVALID_CREDENTIALS: the password is wrong.
    `,
  })
  requestEmailChange(@Arg('input', () => RequestEmailChangeInput) input: RequestEmailChangeInput, @Ctx() ctx: Context) {
    return requestEmailChange(ctx, input);
  }

  @Mutation(() => ChallengeRequired, {
    description: `
      Sends a code to the address of the signed-in user, which is not verified yet: with EMAIL_VERIFICATION=optional, or when the
      challenge of register was lost. Answer the challenge with verifyOtp, which starts a session of its own; the access tokens of
      the current session say that the address is verified after its next refresh. Requires a sign-in.
      Refused with ALREADY_VERIFIED when the address is verified: there is nothing to do.
    `,
  })
  requestEmailVerification(@Ctx() ctx: Context) {
    return requestEmailVerification(ctx);
  }

  @Mutation(() => User, {
    description: `
      Answers a challenge of requestEmailChange: the new address becomes the verified address of the account.
      The previous address gets a mail with a link that undoes the change (EMAIL_UNDO_LIFETIME, 7d by default).
      Requires a sign-in as the same user.
      Refused with:
      - INVALID_CODE: the code is wrong, or the challenge belongs to another user. Use the code from the newest mail.
      - TOO_MANY_ATTEMPTS: too many wrong codes were tried. Call requestEmailChange again.
      - CHALLENGE_EXPIRED: the challenge is unknown, has expired or was already answered. Call requestEmailChange again.
      - EMAIL_TAKEN: another account has the address.
    `,
  })
  confirmEmailChange(@Arg('input', () => ConfirmEmailChangeInput) input: ConfirmEmailChangeInput, @Ctx() ctx: Context) {
    return confirmEmailChange(ctx, input);
  }

  @Mutation(() => LoggedOut, {
    description: `
      Undoes a change of address, by the link in the mail to the earlier address: for a page of your own (MAIL_LINK_UNDO).
      The account gets that address back, every session ends, and the password stops working; a mail lets the user choose a new
      one. No sign-in is needed, and the user is not signed in.
      Refused with:
      - CHALLENGE_EXPIRED: the link is unknown, has expired or was already used.
      - EMAIL_TAKEN: another account has the address by now. The sessions have ended all the same.
    `,
  })
  undoEmailChange(@Arg('input', () => UndoEmailChangeInput) input: UndoEmailChangeInput, @Ctx() ctx: Context) {
    return undoEmailChange(ctx, input);
  }

  @Mutation(() => User, {
    description: `
      Changes the profile of the signed-in user. A field that is left out does not change; null clears it.
      Requires a sign-in.
      Refused with USERNAME_TAKEN when another account has the username.
    `,
  })
  updateProfile(@Arg('input', () => UpdateProfileInput) input: UpdateProfileInput, @Ctx() ctx: Context) {
    return updateProfile(ctx, input);
  }

  @Mutation(() => AccountDeleted, {
    description: `
      Deletes the account of the signed-in user, and ends all its sessions.
      An administrator can restore the account until purgeAfter; then it is purged. Its e-mail address and its username are
      free immediately. Requires a sign-in, and the current password or a recent authentication.
      Refused with:
      - REAUTHENTICATION_REQUIRED: the last authentication is too long ago, and the password was left out or the user has a
        second factor.
      - INVALID_CREDENTIALS: the password is wrong.
      - LAST_ADMIN: this is the last active administrator. Make another user an administrator first.
    `,
  })
  deleteAccount(@Arg('input', () => DeleteAccountInput) input: DeleteAccountInput, @Ctx() ctx: Context) {
    return deleteAccount(ctx, input);
  }
}
