import { createHmac, randomBytes } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { verifyWebhook, WebhookVerificationError } from '../../../packages/client/src/webhooks.js';

/** The example of the Standard Webhooks libraries. */
const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
const BODY = '{"test": 2432232314}';
const HEADERS = {
  'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
  'webhook-timestamp': '1614265330',
  'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
};
const AT = 1_614_265_330_000;

beforeEach(() => void jest.spyOn(Date, 'now').mockReturnValue(AT));
afterEach(() => void jest.restoreAllMocks());

const refused = (...args: Parameters<typeof verifyWebhook>) =>
  expect(verifyWebhook(...args)).rejects.toBeInstanceOf(WebhookVerificationError);

describe('verifyWebhook', () => {
  test('takes the example of Standard Webhooks, whatever the headers and the body are', async () => {
    const event = { test: 2_432_232_314 };
    expect(await verifyWebhook(BODY, HEADERS, SECRET)).toEqual(event);
    expect(await verifyWebhook(BODY, new Headers(HEADERS), SECRET)).toEqual(event);
    expect(await verifyWebhook(Buffer.from(BODY), HEADERS, SECRET)).toEqual(event);
    expect(await verifyWebhook(BODY, HEADERS, SECRET.replace('whsec_', ''))).toEqual(event);
  });

  test('takes the signature of any secret, among others and those of other schemes', async () => {
    const other = `whsec_${randomBytes(32).toString('base64')}`;
    expect(await verifyWebhook(BODY, HEADERS, [other, SECRET])).toHaveProperty('test');
    const signatures = `v1,${randomBytes(32).toString('base64')} v1a,AAAA v1,? ${HEADERS['webhook-signature']}`;
    expect(await verifyWebhook(BODY, { ...HEADERS, 'webhook-signature': signatures }, SECRET)).toHaveProperty('test');
    await refused(BODY, HEADERS, [other]);
    await refused(BODY, HEADERS, []);
  });

  test('refuses what was changed', async () => {
    await refused(`${BODY} `, HEADERS, SECRET);
    await refused(BODY, { ...HEADERS, 'webhook-id': 'msg_other' }, SECRET);
    await refused(BODY, { ...HEADERS, 'webhook-timestamp': '1614265331' }, SECRET);
    for (const name of Object.keys(HEADERS)) await refused(BODY, { ...HEADERS, [name]: undefined }, SECRET);
    for (const signature of ['', 'v1', 'v1,', 'v2,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=', 'v1,g0hM'])
      await refused(BODY, { ...HEADERS, 'webhook-signature': signature }, SECRET);
  });

  test.each([-301, 301, 86_400])('refuses it when the clocks differ by %s seconds', async (seconds) => {
    jest.spyOn(Date, 'now').mockReturnValue(AT + seconds * 1000);
    await refused(BODY, HEADERS, SECRET);
  });

  test.each([-299, 299])('takes it when they differ by %s seconds', async (seconds) => {
    jest.spyOn(Date, 'now').mockReturnValue(AT + seconds * 1000);
    await verifyWebhook(BODY, HEADERS, SECRET);
  });

  test.each(['1614265330.5', '1e9', 'now', '-1', 'NaN', 'Infinity'])(
    'refuses the timestamp %s, signed or not',
    async (at) => {
      const key = Buffer.from(SECRET.slice(6), 'base64');
      const signature = createHmac('sha256', key).update(`id.${at}.${BODY}`).digest('base64');
      await refused(
        BODY,
        { 'webhook-id': 'id', 'webhook-timestamp': at, 'webhook-signature': `v1,${signature}` },
        SECRET,
      );
    },
  );

  test('calls an invalid secret a mistake, and not a forged webhook', async () => {
    await expect(verifyWebhook(BODY, HEADERS, 'not base64!')).rejects.toBeInstanceOf(TypeError);
    await expect(verifyWebhook(BODY, HEADERS, '')).rejects.toBeInstanceOf(TypeError);
  });
});
