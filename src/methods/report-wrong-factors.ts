import { ChallengePurpose } from '../challenges/challenge.entity.js';
import { ATTEMPTS } from '../challenges/issue-challenge.js';
import { secondFactorFailed } from '../challenges/second-factor-failed.mail.js';
import type { Mailing, Needs } from '../context.js';
import { notify } from '../notices/notify.js';
import { nowIn } from '../platform/clock.js';
import { User } from '../users/user.entity.js';
import type { OpenChallenge } from './open-challenge.js';

/**
 * Call it after a wrong answer. Tells the owner that someone has passed the first factor of sign-ins but not the second (OWASP ASVS 6.3.5):
 * once a day's wrong answers are as many as one challenge allows. They are counted over all challenges, or an attacker would leave the last
 * attempt of each. Those of a challenge that was then answered right do not count. At most one mail a day. The client learns nothing: the
 * refusal stays the same, and only a client that has passed the first factor comes here.
 */
export async function reportWrongFactors(
  ctx: Needs<Mailing | 'em' | 'sql' | 'limits' | 'request'>,
  { purpose, userId }: Pick<OpenChallenge, 'purpose' | 'userId'>,
): Promise<void> {
  if (purpose !== ChallengePurpose.SECOND_FACTOR || !userId) return;
  const [row] = await ctx.sql<{ wrong: number }>('wrong-factors', WRONG, [userId, ctx.clock.forDatabase()]);
  if (!row || row.wrong < ATTEMPTS || !(await ctx.limits.allows('secondFactorNotice.account', userId))) return;
  await ctx.em.fork().transactional(async (tx) => {
    const user = await tx.findOne(User, userId);
    if (user) await notify(ctx, tx, user, secondFactorFailed);
  });
}

const WRONG = `
select coalesce(sum(${ATTEMPTS} - attempts_left), 0)::int as wrong
  from challenges
 where user_id = $1::uuid and purpose = '${ChallengePurpose.SECOND_FACTOR}' and answered_at is null
   and created_at > ${nowIn('$2')} - interval '1 day'`;
