import formbody from '@fastify/formbody';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { formPage, type LinkSite } from './link-page.js';

interface MailLinkNeeds extends LinkSite {
  /** Where the code of a challenge that sets a password went; null where there is none. */
  addressOf(challengeToken: string): Promise<string | null>;
  /**
   * Verifies the address that the challenge was sent to, and starts no session: tokens do not belong in a page.
   * Refuses with INVALID_CODE, CHALLENGE_EXPIRED, TOO_MANY_ATTEMPTS, RATE_LIMITED.
   */
  answerChallenge(answer: { challengeToken: string; code: string; request: FastifyRequest }): Promise<unknown>;
  /** Sets the password, and starts no session. Refuses as `answerChallenge`, and with WEAK_PASSWORD. */
  resetPassword(answer: NewPassword): Promise<unknown>;
  /** The same for an account's first password. */
  acceptInvitation(answer: NewPassword): Promise<unknown>;
  /** Refuses with CHALLENGE_EXPIRED, EMAIL_TAKEN, RATE_LIMITED. */
  undoEmailChange(answer: { token: string; request: FastifyRequest }): Promise<unknown>;
}

interface NewPassword {
  challengeToken: string;
  code: string;
  newPassword: string;
  request: FastifyRequest;
}

/** The pages that links in mails open; `mailLink` makes the links. */
export function mailLinkRoutes(
  app: FastifyInstance,
  { addressOf, answerChallenge, resetPassword, acceptInvitation, undoEmailChange, ...site }: MailLinkNeeds,
): void {
  const username = async ({ challenge }: { challenge?: string }) => (challenge ? addressOf(challenge) : null);
  // Forms are parsed here and nowhere else: /graphql must not understand what a foreign page can send unasked.
  app.register(async (scope) => {
    await scope.register(formbody, { bodyLimit: 8192 });
    formPage(
      scope,
      {
        path: '/verify',
        phrases: 'verify',
        fields: {
          challenge: { from: 'link' },
          code: { from: 'either', label: 'pages.code', autocomplete: 'one-time-code', inputmode: 'numeric' },
        },
        act: ({ challenge, code }, request) => answerChallenge({ challengeToken: challenge, code, request }),
      },
      site,
    );
    formPage(
      scope,
      {
        path: '/reset-password',
        phrases: 'reset-password',
        fields: {
          challenge: { from: 'link' },
          code: { from: 'either', label: 'pages.code', autocomplete: 'one-time-code', inputmode: 'numeric' },
          newPassword: { from: 'person', label: 'pages.newPassword', type: 'password', autocomplete: 'new-password' },
        },
        username,
        act: ({ challenge, code, newPassword }, request) =>
          resetPassword({ challengeToken: challenge, code, newPassword, request }),
      },
      site,
    );
    formPage(
      scope,
      {
        path: '/accept-invitation',
        phrases: 'accept-invitation',
        fields: {
          challenge: { from: 'link' },
          code: { from: 'link' },
          newPassword: { from: 'person', label: 'pages.password', type: 'password', autocomplete: 'new-password' },
        },
        username,
        act: ({ challenge, code, newPassword }, request) =>
          acceptInvitation({ challengeToken: challenge, code, newPassword, request }),
      },
      site,
    );
    formPage(
      scope,
      {
        path: '/undo-email-change',
        phrases: 'undo-email-change',
        fields: { change: { from: 'link' } },
        act: ({ change }, request) => undoEmailChange({ token: change, request }),
      },
      site,
    );
  });
}
