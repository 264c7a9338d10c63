import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { commandHere } from '../support/command-here.js';
import { type SmtpPeer, startSmtp } from '../support/smtp.js';

let peer: SmtpPeer;
beforeAll(async () => {
  peer = await startSmtp();
});
afterAll(() => peer.close());

const sendTest = (settings: Record<string, string>, ...args: string[]) =>
  commandHere(['mail:test', ...args], {
    NODE_ENV: 'test',
    PUBLIC_URL: 'https://auth.example.com',
    MAIL_FROM: 'Example <no-reply@example.com>',
    ...settings,
  });

describe('sallyport mail:test', () => {
  test('sends one mail as the server sends all, and says what the mail server answered', async () => {
    const { code, stdout } = await sendTest({ SMTP_URL: peer.url }, '--to', 'ops@example.org', '--json');
    expect(code).toBe(0);
    const sent = JSON.parse(stdout);
    expect(sent).toEqual({
      server: new URL(peer.url).host,
      answer: expect.stringMatching(/^250 /),
      messageId: expect.stringMatching(/@auth\.example\.com>$/),
    });
    expect(peer.mails).toHaveLength(1);
    const [{ from, recipients, message }] = peer.mails as [SmtpPeer['mails'][0]];
    expect({ from, recipients }).toEqual({ from: 'no-reply@example.com', recipients: ['ops@example.org'] });
    expect(message).toMatchObject({ messageId: sent.messageId, subject: 'Test mail of auth.example.com' });
    expect((await sendTest({ SMTP_URL: peer.url }, '--to', 'ops@example.org')).stdout).toContain(' answered: 250 ');
  });

  test('a refusal is reported as the mail server said it, with what to do', async () => {
    peer.refuseWith({ code: 554, text: '5.7.1 Relay access denied' });
    const { code, stdout, errors } = await sendTest({ SMTP_URL: peer.url }, '--to', 'ops@example.org');
    peer.refuseWith(undefined);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(errors).toMatch(/answered RCPT TO with: 554 5\.7\.1 Relay access denied\. The server takes no mail/);
  });

  test('a server that does not answer is reported without the password of SMTP_URL', async () => {
    const { code, errors } = await sendTest(
      { SMTP_URL: 'smtp://mailer:of-nobody-else@127.0.0.1:1' },
      '--to',
      'ops@example.org',
    );
    expect(code).toBe(1);
    expect(errors).toMatch(/^127\.0\.0\.1:1 cannot be used: .*ECONNREFUSED.* Check host and port/);
    expect(errors).not.toContain('of-nobody-else');
  });

  test.each([
    [['--to', 'ops@example.org'], {}, 1, 'SMTP_URL is not set'],
    [[], { SMTP_URL: 'smtp://127.0.0.1:1' }, 2, '--to is missing'],
    [
      ['--to', 'a@example.com,b@example.com'],
      { SMTP_URL: 'smtp://127.0.0.1:1' },
      1,
      '--to a@example.com,b@example.com',
    ],
  ])('%j with %j is refused', async (args, settings, expected, sentence) => {
    const { code, errors } = await sendTest(settings, ...args);
    expect(code).toBe(expected);
    expect(errors).toContain(sentence);
  });
});
