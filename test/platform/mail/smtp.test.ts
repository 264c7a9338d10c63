import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { createMailTransport } from '../../../src/platform/mail/create-transport.js';
import { Undeliverable } from '../../../src/platform/mail/recipient.js';
import { renderMail } from '../../../src/platform/mail/render.js';
import { createSmtpTransport } from '../../../src/platform/mail/smtp.js';
import { verifyEmail } from '../../../src/sign-up/verify-email.mail.js';
import { MailServerDown, type MailTransport, type OutgoingMail } from '../../../src/platform/mail/transport.js';
import { DOT_STRINGS } from '../../support/addresses.js';
import { branded } from '../../support/branding.js';
import { type SmtpPeer, startSmtp } from '../../support/smtp.js';
import { texts } from '../../support/texts.js';

const sender = {
  mailFrom: 'Example & Söhne <no-reply@example.com>',
  publicUrl: 'https://auth.example.com',
  smtpConnections: 2,
  testAddresses: [],
};
let peer: SmtpPeer;
let transport: MailTransport;

beforeAll(async () => {
  peer = await startSmtp();
  transport = createSmtpTransport({ ...sender, smtpUrl: peer.url });
});
afterEach(() => {
  peer.mails.length = 0;
  peer.refuseWith(undefined);
});
afterAll(async () => {
  await transport.close();
  await peer.close();
});

function mailTo(to: string): OutgoingMail {
  const params = verifyEmail.sample;
  return {
    ...renderMail({ mail: verifyEmail, locale: 'de', branding: branded({ SERVICE_NAME: 'Example' }), texts, params }),
    id: '0199f0a0-0000-7000-8000-000000000001',
    template: 'verify-email',
    locale: 'de',
    to,
    at: new Date('2026-11-20T14:03:00Z'),
  };
}

test('a mail arrives whole: sender, one recipient, subject, text, HTML, and a Message-ID made of its row', async () => {
  await transport.send(mailTo('ada@example.com'));
  const [mail] = peer.mails;
  expect(peer.mails).toHaveLength(1);
  expect(mail).toMatchObject({ from: 'no-reply@example.com', recipients: ['ada@example.com'] });
  expect(mail?.message).toMatchObject({
    from: { name: 'Example & Söhne', address: 'no-reply@example.com' },
    to: [{ address: 'ada@example.com' }],
    subject: 'Bestätigen Sie Ihre E-Mail-Adresse für Example',
    messageId: '<0199f0a0-0000-7000-8000-000000000001@auth.example.com>',
    date: '2026-11-20T14:03:00.000Z',
  });
  expect(mail?.message.text).toContain('    4830175\n');
  expect(mail?.message.text).toContain('\nhttps://auth.example.com/verify?challenge=sample&code=4830175&lang=en\n');
  expect(mail?.message.html).toContain('Guten Tag,');
  expect(mail?.raw).toMatch(/^Auto-Submitted: auto-generated\r$/m);
});

test.each([
  'ada@example.com\r\nBcc: evil@example.net',
  'ada@example.com\nRCPT TO:<evil@example.net>',
  'ada@example.com,evil@example.net',
  'ada@example.com;evil@example.net',
  'ada@example.com evil@example.net',
  '"ada@example.com,evil"@example.net',
  'Ada <evil@example.net>',
  'friends:evil@example.net;',
  'ada@example.com(evil@example.net)',
  '<ada@example.com>',
  'ada@@example.com',
  'ada@[127.0.0.1]',
  'ada@-example.com',
  'jürgen@example.com',
  'ada@example.com\u0000',
  'ada@\u212aelvin.example',
  'ada\uff20example.com',
  `${'a'.repeat(65)}@example.com`,
  'ada',
  '',
])('%j reaches no one, least of all another recipient', async (to) => {
  await expect(transport.send(mailTo(to))).rejects.toBeInstanceOf(Undeliverable);
  expect(peer.mails).toEqual([]);
});

test.each(["o'brien+news@example.com", 'a.b_c-d@sub.example.co', ...DOT_STRINGS])(
  '%s is a plain address',
  async (to) => {
    await transport.send(mailTo(to));
    expect(peer.mails.map(({ recipients }) => recipients)).toEqual([[to]]);
  },
);

test('a mail to an international domain names it in ASCII', async () => {
  await transport.send(mailTo('ada@xn--e1afmkfd.xn--p1ai'));
  expect(peer.mails).toHaveLength(1);
  expect(peer.mails[0]?.raw).toMatch(/^To: ada@xn--e1afmkfd\.xn--p1ai\r$/m);
});

describe('an answer of the server', () => {
  test.each([
    [550, '5.1.1 no such user'],
    [550, 'No such user here'],
    [553, '5.1.3 bad address'],
  ])('is final when it says the mailbox is unknown: %i %s', async (code, text) => {
    peer.refuseWith({ code, text });
    await expect(transport.send(mailTo('ada@example.com'))).rejects.toBeInstanceOf(Undeliverable);
  });

  test.each([
    [451, '4.7.1 greylisted'],
    [550, '5.7.1 relaying denied'],
    [550, 'Relay access denied'],
    [530, 'authentication required'],
    [552, '5.2.2 mailbox full'],
  ])('leaves the mail in the queue when time or an operator may mend it: %i %s', async (code, text) => {
    peer.refuseWith({ code, text });
    const error = await transport.send(mailTo('ada@example.com')).catch((failure: unknown) => failure);
    expect(error).toBeInstanceOf(Error);
    expect(error).not.toBeInstanceOf(Undeliverable);
    peer.refuseWith(undefined);
    await transport.send(mailTo('ada@example.com'));
    expect(peer.mails).toHaveLength(1);
  });
});

test.each([
  ['https://auth.example.com:8443/path', 'auth.example.com'],
  ['http://192.0.2.7', '[192.0.2.7]'],
  ['http://[2001:db8::1]:4000', '[IPv6:2001:db8::1]'],
])('to the server of %s we call ourselves %s, not by the name of the machine', async (publicUrl, name) => {
  const named = createSmtpTransport({ ...sender, publicUrl, smtpUrl: peer.url });
  peer.clients.clear();
  await named.send(mailTo('ada@example.com'));
  await named.close();
  // The server of the test folds it.
  expect([...peer.clients]).toEqual([name.toLowerCase()]);
});

test('a server that accepts connections and says nothing is given up, and the mail stays in the queue', async () => {
  const sockets: Socket[] = [];
  const silent = createServer((socket) => sockets.push(socket)).listen(0, '127.0.0.1');
  await once(silent, 'listening');
  const { port } = silent.address() as AddressInfo;
  const mute = createSmtpTransport({ ...sender, smtpUrl: `smtp://127.0.0.1:${port}`, timeout: 200 });
  const failure = await mute.send(mailTo('ada@example.com')).catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(MailServerDown);
  expect(failure).toMatchObject({ cause: { code: 'ETIMEDOUT' } });
  await mute.close();
  for (const socket of sockets) socket.destroy();
  silent.close();
});

test('an address of TEST_ADDRESSES, which need not exist, is sent nothing', async () => {
  const testAddresses = [{ pattern: '*@e2e.example.com', code: '1234567' }];
  const settings = { ...sender, nodeEnv: 'test', smtpUrl: peer.url, testAddresses } as const;
  const { transport: sparing } = createMailTransport(settings);
  await sparing.send(mailTo('ada@e2e.example.com'));
  await sparing.send(mailTo('ada@xe2e.example.com'));
  expect(peer.mails).toHaveLength(1);
  await sparing.close();
});

describe('without SMTP_URL', () => {
  test('production keeps mail in the queue', async () => {
    const { transport: none, mailbox } = createMailTransport({ ...sender, nodeEnv: 'production', smtpUrl: undefined });
    expect(mailbox).toBeUndefined();
    await expect(none.send(mailTo('ada@example.com'))).rejects.toThrow('SMTP_URL is not set');
  });

  test('development keeps the last 200 in memory, newest first', async () => {
    const { transport: kept, mailbox } = createMailTransport({ ...sender, nodeEnv: 'development', smtpUrl: undefined });
    for (let n = 1; n <= 205; n += 1)
      await kept.send({ ...mailTo(n % 2 ? 'Ada@example.com' : 'bob@example.com'), id: `${n}` });
    expect(
      mailbox
        ?.list()
        .map(({ id }) => id)
        .slice(0, 2),
    ).toEqual(['205', '204']);
    expect(mailbox?.list()).toHaveLength(200);
    expect(mailbox?.list('ada@example.com').every(({ to }) => to === 'Ada@example.com')).toBe(true);
    expect(mailbox?.find('5')).toBeUndefined();
    expect(mailbox?.find('6')?.to).toBe('bob@example.com');
  });
});
