import { beforeAll, describe, expect, test } from '@jest/globals';
import { expectCode } from '../support/client.js';
import { startGateway, type TestGateway } from '../support/gateway.js';
import { newEmail, verifiedPerson } from '../support/people.js';
import { tapWire } from '../support/wire.js';
import { askReset, happened, NEW_PASSWORD, REQUEST_PASSWORD_RESET, RESET_PASSWORD } from '../support/recovery.js';

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startGateway();
});

const ask = (email: string, options = {}) => gateway.gql(REQUEST_PASSWORD_RESET, { input: { email } }, options);

/** Every row that a request leaves behind, by table. */
async function rowsBy(email: string): Promise<Record<string, number>> {
  const count = async () => {
    const [row] = await gateway.database.sql<Record<string, string>>(
      `select (select count(*) from challenges) as challenges, (select count(*) from mails) as mails,
              (select count(*) from pgboss.job where name = 'send-code') as jobs,
              (select count(*) from audit_events where action = 'requestPasswordReset') as events`,
    );
    return row ?? {};
  };
  const before = await count();
  const { errors } = await ask(email);
  expect(errors).toEqual([]);
  const after = await count();
  return Object.fromEntries(Object.entries(after).map(([name, value]) => [name, Number(value) - Number(before[name])]));
}

describe('the answer', () => {
  test('has the same form for a known, an unknown and a suspended address', async () => {
    const [known, suspended] = [await verifiedPerson(gateway), await verifiedPerson(gateway)];
    await gateway.database.sql('update users set suspended_at = now() where id = $1', [suspended.id]);
    const answers = [];
    for (const email of [known.email, newEmail('ada'), suspended.email]) {
      const { data, errors, status, headers } = await ask(email);
      const { challengeToken, expiresAt, resendAfter, ...rest } = data!.requestPasswordReset;
      expect([typeof challengeToken, challengeToken.length, typeof expiresAt, typeof resendAfter]).toEqual([
        'string',
        32,
        'string',
        'string',
      ]);
      answers.push({ rest, errors, status, headers: [...headers.keys()] });
    }
    expect(answers[0]?.rest).toMatchObject({ purpose: 'RESET_PASSWORD', methods: ['EMAIL_CODE'], codeLength: 7 });
    expect(answers[1]).toEqual(answers[0]);
    expect(answers[2]).toEqual(answers[0]);
  });

  test('costs the same rows whether or not the address is known', async () => {
    const { email } = await verifiedPerson(gateway);
    const known = await rowsBy(email);
    expect(known).toEqual({ challenges: 1, mails: 1, jobs: 1, events: 1 });
    expect(await rowsBy(newEmail('nobody'))).toEqual(known);
  });

  test('asks the database the same of a known and an unknown address, where a device cookie is made up too', async () => {
    const wire = await tapWire(gateway.database.tcpUrl);
    const tapped = await gateway.replica({ DATABASE_URL: wire.url, JOBS: 'off' });
    try {
      const cookie = `sallyport-device=${'A'.repeat(22)}.${'B'.repeat(22)}`;
      const asked = async (email: string) => {
        const input = { email };
        const { statements } = await wire.during(() => tapped.ask(REQUEST_PASSWORD_RESET, { input }, { cookie }));
        return statements.map((statement) => statement.replace(/E?'[^']*'|\bnull\b/g, '?'));
      };
      const { email } = await verifiedPerson(gateway);
      const first = await asked(newEmail('first'));
      expect(await asked(email)).toEqual(await asked(newEmail('nobody')));
      expect(first.filter((statement) => statement.includes('passwords'))).toHaveLength(1);
    } finally {
      await tapped.close();
      await wire.close();
    }
  });

  test('holds no code', async () => {
    const { email } = await verifiedPerson(gateway);
    const { text } = await ask(email);
    expect(text).not.toContain(await gateway.mailbox.codeFor(email, 'reset-password'));
  });
});

describe('the mail', () => {
  test('goes to the stored address alone, in the language of its owner', async () => {
    const { email } = await verifiedPerson(gateway, { locale: 'de-AT' });
    await ask(email.toUpperCase());
    const mail = await gateway.mailbox.lastTo(email, 'reset-password');
    expect(mail).toMatchObject({ to: email, locale: 'de' });
    expect(mail.subject).toContain('neues Passwort');
  });

  test('does not go to an unknown or suspended address', async () => {
    const suspended = await verifiedPerson(gateway);
    await gateway.database.sql('update users set suspended_at = now() where id = $1', [suspended.id]);
    const unknown = newEmail('nobody');
    await ask(unknown);
    await ask(suspended.email);
    const rows = await gateway.database.sql(
      `select 1 from mails where recipient = $1 or (recipient = $2 and template = 'reset-password')`,
      [unknown, suspended.email],
    );
    expect(rows).toEqual([]);
  });

  test.each(['\u212A', '\uFF4B', '\u0131'])(
    'is never sent for a look-alike of a stored address (%s)',
    async (letter) => {
      const { email } = await verifiedPerson(gateway, { email: newEmail('kik') });
      const answer = await ask(email.replace('k', letter));
      expectCode(answer, 'BAD_USER_INPUT');
      const sent = gateway.mailbox.all.filter(({ template, to }) => template === 'reset-password' && to === email);
      expect(sent).toEqual([]);
    },
  );

  test.each([
    'a@x.example,b@y.example',
    'a@x.example;b@y.example',
    'a@x.example\r\nBcc: b@y.example',
    '"a b"@x.example',
    'a@x.example b@y.example',
  ])('is refused to more than one plain address: %j', async (email) => expectCode(await ask(email), 'BAD_USER_INPUT'));

  test.each([[{ email: 'a@x.example' }], [['a@x.example', 'b@y.example']], [null], [7]])(
    'is refused to something else than a text: %j',
    async (email) => {
      const { errors, status } = await gateway.gql(REQUEST_PASSWORD_RESET, { input: { email } });
      expect([status, errors[0]?.extensions.code]).toEqual([400, 'BAD_USER_INPUT']);
    },
  );

  test('links to PUBLIC_URL, whatever the request claims to have been sent to', async () => {
    const { email } = await verifiedPerson(gateway);
    const evil = 'evil.example';
    const lies = {
      'x-forwarded-host': evil,
      forwarded: `host=${evil}`,
      origin: `https://${evil}`,
      referer: `https://${evil}/`,
      'x-forwarded-proto': 'ftp',
      'x-original-host': evil,
    };
    const { errors } = await ask(email, { headers: lies });
    expect(errors).toEqual([]);
    const mail = await gateway.mailbox.lastTo(email, 'reset-password');
    expect(mail.link).toMatch(/^http:\/\/localhost:4000\/reset-password\?challenge=/);
    expect(mail.html + mail.text).not.toContain(evil);
  });
});

test('a newer request voids the code of the older', async () => {
  const { email, id } = await verifiedPerson(gateway);
  const older = await askReset(gateway, email);
  gateway.mailbox.forget();
  const newer = await askReset(gateway, email);
  const refused = await gateway.gql(RESET_PASSWORD, { input: { ...older, newPassword: NEW_PASSWORD } });
  expectCode(refused, 'CHALLENGE_EXPIRED');
  const { resetPassword } = await gateway.ask(RESET_PASSWORD, { input: { ...newer, newPassword: NEW_PASSWORD } });
  expect(resetPassword.user.id).toBe(id);
});

test('the code can be sent again, in the same kind of mail, and nothing is sent for an unknown address', async () => {
  const RESEND = 'mutation ($input: ResendOtpInput!) { resendOtp(input: $input) { challengeToken purpose } }';
  const { email } = await verifiedPerson(gateway);
  const { challengeToken, code } = await askReset(gateway, email);
  const decoy = (await ask(newEmail('nobody'))).data?.requestPasswordReset.challengeToken;
  gateway.clock.advance(31_000);
  gateway.mailbox.forget();
  const answer = await gateway.ask(RESEND, { input: { challengeToken } });
  expect(answer.resendOtp).toEqual({ challengeToken, purpose: 'RESET_PASSWORD' });
  const again = await gateway.mailbox.codeFor(email, 'reset-password');
  expect(again).not.toBe(code);
  expect((await gateway.ask(RESEND, { input: { challengeToken: decoy } })).resendOtp.purpose).toBe('RESET_PASSWORD');
  const { resetPassword } = await gateway.ask(RESET_PASSWORD, {
    input: { challengeToken, code: again, newPassword: NEW_PASSWORD },
  });
  expect(resetPassword.__typename).toBe('SignedIn');
  expect(gateway.mailbox.all.map(({ to }) => to).filter((to) => to !== email)).toEqual([]);
});

test('twelve requests send at most five mails, and the refusal is the same for an unknown address', async () => {
  const strict = await startGateway({ LIMITS_FACTOR: '1', REDIS_URL: '' });
  const { email } = await verifiedPerson(strict);
  for (const address of [email, newEmail('nobody')]) {
    const codes = [];
    for (let index = 0; index < 6; index += 1) {
      const { errors } = await strict.gql(REQUEST_PASSWORD_RESET, { input: { email: address } });
      codes.push(errors[0]?.extensions.code ?? 'OK');
    }
    expect(codes.filter((code) => code === 'OK').length).toBeLessThanOrEqual(5);
    expect(codes.at(-1)).toBe('RATE_LIMITED');
  }
  const [sent] = await strict.database.sql<{ count: string }>(
    `select count(*) from mails where recipient = $1 and template = 'reset-password'`,
    [email],
  );
  expect(Number(sent?.count)).toBeLessThanOrEqual(5);
});

test('the request is in the audit log of the user', async () => {
  const { email, id } = await verifiedPerson(gateway);
  await ask(email);
  expect((await happened(gateway, id)).at(-1)).toBe('requestPasswordReset');
});
