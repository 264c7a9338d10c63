import { expect, test } from '@jest/globals';
import { readWebhookSecret, webhookHeaders } from '../../src/platform/standard-webhooks.js';

test("signs as the specification's example is signed", () => {
  const secret = readWebhookSecret('whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw')!;
  const at = new Date(1614265330_000);
  const message = { id: 'msg_p5jXN8AQM9LWM0D4loKWxJek', at, body: '{"test": 2432232314}' };
  expect(webhookHeaders([secret], message)).toEqual({
    'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
    'webhook-timestamp': '1614265330',
    'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
  });
});

test('signs with each of several secrets, so that a receiver can change over', () => {
  const secrets = ['a', 'b'].map((letter) => readWebhookSecret(`whsec_${letter.repeat(40)}`)!);
  const message = { id: 'msg_1', at: new Date(), body: '{}' };
  const both = webhookHeaders(secrets, message)['webhook-signature']!.split(' ');
  expect(both).toEqual(secrets.map((secret) => webhookHeaders([secret], message)['webhook-signature']));
  expect(new Set(both).size).toBe(2);
});

test.each([
  '',
  'MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
  'whsec_c2hvcnQ=',
  `whsec_${'A'.repeat(100)}`,
  'whsec_ MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
])('no secret: %s', (text) => {
  expect(readWebhookSecret(text)).toBeUndefined();
});
