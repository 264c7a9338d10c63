import formbody from '@fastify/formbody';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { linkPage } from './link-page.js';

interface MailLinkNeeds {
  publicUrl: string;
  /**
   * Proves the address that the challenge was sent to, without signing anybody in: tokens have no place in a page.
   * Refuses with INVALID_CODE, CHALLENGE_EXPIRED, TOO_MANY_ATTEMPTS, RATE_LIMITED.
   */
  answerChallenge(answer: { challengeToken: string; code: string; request: FastifyRequest }): Promise<unknown>;
}

/** The pages that links in mails open; `mailLink` makes the links. */
export function mailLinkRoutes(app: FastifyInstance, { publicUrl, answerChallenge }: MailLinkNeeds): void {
  // Forms are parsed here and nowhere else: /graphql must not understand what a foreign page can send unasked.
  app.register(async (scope) => {
    await scope.register(formbody, { bodyLimit: 8192 });
    linkPage(
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
      { publicUrl },
    );
  });
}
