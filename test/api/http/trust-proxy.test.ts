import { beforeAll, describe, expect, test } from '@jest/globals';
import { startGateway, type TestGateway } from '../../support/gateway.js';
import { ME, type Registered, registeredPerson, signIn } from '../../support/people.js';

let gateway: TestGateway;
let ada: Registered;
beforeAll(async () => {
  gateway = await startGateway();
  ada = await registeredPerson(gateway);
});

/** The client's address as the session keeps it, behind a gateway that trusts so much. */
async function addressSeen(trust: string, headers: Record<string, string>): Promise<unknown> {
  const { sessionId } = await signIn(await gateway.replica({ TRUST_PROXY: trust }), ada, { headers });
  return (await gateway.database.sql('select ip_address from sessions where id = $1', [sessionId]))[0]!.ip_address;
}

describe('X-Forwarded-For that is not believed', () => {
  const warnings = ({ log }: TestGateway) =>
    log.lines.filter(({ level, msg }) => level === 'warn' && msg.startsWith('X-Forwarded-For')).map(({ msg }) => msg);
  const ask = (replica: TestGateway, headers: Record<string, string>) => replica.gql(ME, {}, { headers });

  test.each(['off', '10.0.0.0/8'])('is warned of once, with what to set: TRUST_PROXY=%s', async (setting) => {
    const replica = await gateway.replica({ TRUST_PROXY: setting });
    await ask(replica, {});
    expect(warnings(replica)).toEqual([]);
    for (let times = 0; times < 3; times += 1) await ask(replica, forwarded);
    expect(warnings(replica)).toEqual([
      `X-Forwarded-For is ignored: TRUST_PROXY is ${setting}. If 127.0.0.1 is your proxy, all its clients count as one; add its address or range to TRUST_PROXY`,
    ]);
  });

  test('is not there where the proxy is trusted', async () => {
    const replica = await gateway.replica({ TRUST_PROXY: '1' });
    await ask(replica, forwarded);
    expect(warnings(replica)).toEqual([]);
  });
});

const forwarded = { 'x-forwarded-for': '203.0.113.9, 198.51.100.7' };

test.each([
  ['off', forwarded, '127.0.0.1'],
  ['off', { 'x-real-ip': '203.0.113.9', forwarded: 'for=203.0.113.9', 'client-ip': '203.0.113.9' }, '127.0.0.1'],
  // The proxy that speaks to us appended what it saw; what stands before that, the client may have written.
  ['1', forwarded, '198.51.100.7'],
  ['2', forwarded, '203.0.113.9'],
  ['1', {}, '127.0.0.1'],
  ['127.0.0.1', forwarded, '198.51.100.7'],
  ['127.0.0.0/8, 198.51.100.0/24', forwarded, '203.0.113.9'],
  ['10.0.0.0/8', forwarded, '127.0.0.1'],
] as [string, Record<string, string>, string][])(
  'TRUST_PROXY=%s, sent %j: the client is %s',
  async (trust, headers, expected) => {
    expect(await addressSeen(trust, headers)).toBe(expected);
  },
);
