import { beforeAll, expect, test } from '@jest/globals';
import { type Answer, expectCode } from '../support/client.js';
import {
  afterPassword,
  answerWith,
  CONFIRM_TOTP,
  ENROLL_TOTP,
  personWhoMustEnroll,
  personWithTotp,
  totp,
} from '../support/factors.js';
import { startGateway, type TestGateway } from '../support/gateway.js';
import { meanwhile } from '../support/meanwhile.js';
import { type Registered, signedInPerson } from '../support/people.js';
import { askAgain, REAUTHENTICATE } from '../support/step-up.js';

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startGateway();
});

type Begun = { person: Registered; answer: () => Promise<Answer<any>> };

/** Each rests on what was verified before the challenge was issued. */
const CHALLENGES: [name: string, begin: () => Promise<Begun>][] = [
  [
    'a second factor',
    async () => {
      const person = await personWithTotp(gateway);
      const { challengeToken } = await afterPassword(gateway, person);
      return { person, answer: () => answerWith(gateway, challengeToken, totp(gateway, person.secret)) };
    },
  ],
  [
    'the enrolment of a factor in a sign-in',
    async () => {
      const person = await personWhoMustEnroll(gateway);
      const { challengeToken: signIn } = await afterPassword(gateway, person);
      return { person, answer: await confirmation({ challengeToken: signIn }) };
    },
  ],
  [
    'the enrolment of a factor in a session',
    async () => {
      const person = await signedInPerson(gateway);
      return { person, answer: await confirmation({}, person.accessToken) };
    },
  ],
  [
    'a step-up',
    async () => {
      const person = await signedInPerson(gateway);
      const { challengeToken } = await askAgain(gateway, person.accessToken);
      const input = { challengeToken, password: person.password };
      return { person, answer: () => gateway.gql(REAUTHENTICATE, { input }, { token: person.accessToken }) };
    },
  ],
];

async function confirmation(input: object, token?: string): Promise<Begun['answer']> {
  const { challengeToken, secret } = (await gateway.ask(ENROLL_TOTP, { input }, { token })).enrollTotp;
  const confirmed = { challengeToken, code: totp(gateway, secret) };
  return () => gateway.gql(CONFIRM_TOTP, { input: confirmed }, { token });
}

const PASSWORD_CHANGED = `update passwords set changed_at = changed_at + interval '1 second' where user_id = $1`;

test.each(CHALLENGES)(
  'the right answer to %s is refused where the password is changed while it is judged',
  async (_name, begin) => {
    const { person, answer } = await begin();
    expectCode(await meanwhile(gateway, { userId: person.id, change: PASSWORD_CHANGED }, answer), 'CHALLENGE_EXPIRED');
  },
);

test.each(CHALLENGES)('of five right answers to %s that come at once, one is taken', async (_name, begin) => {
  const { answer } = await begin();
  const answers = await Promise.all(Array.from({ length: 5 }, answer));
  expect(answers.filter(({ errors }) => errors.length === 0)).toHaveLength(1);
});
