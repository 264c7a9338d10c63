import { beforeAll, describe, expect, test } from '@jest/globals';
import { startGateway, type TestGateway } from '../../support/gateway.js';

const FRIEND = 'https://app.example.com';
const APP = 'capacitor://localhost';

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startGateway({ PUBLIC_URL: 'https://auth.example.com', CORS_ORIGINS: `${FRIEND}, ${APP}` });
});

const corsOf = ({ headers }: Response) =>
  Object.fromEntries([...headers].filter(([name]) => name.startsWith('access-control-')));

describe('the keys are for every origin alike, without credentials', () => {
  test.each([FRIEND, 'https://elsewhere.example', 'null'])('%s', async (origin) => {
    const answer = await gateway.http('/.well-known/jwks.json', { headers: { origin } });
    expect(answer.status).toBe(200);
    expect(corsOf(answer)).toMatchObject({ 'access-control-allow-origin': '*' });
    expect(corsOf(answer)).not.toHaveProperty('access-control-allow-credentials');
    expect(answer.headers.get('vary') ?? '').not.toMatch(/origin/i);
  });
});

test.each([FRIEND, APP])('pages of %s may call the API with credentials', async (origin) => {
  const preflight = await gateway.http('/graphql', {
    method: 'OPTIONS',
    headers: { origin, 'access-control-request-method': 'POST', 'access-control-request-headers': 'content-type' },
  });
  expect(preflight.status).toBe(204);
  expect(corsOf(preflight)).toMatchObject({
    'access-control-allow-origin': origin,
    'access-control-allow-credentials': 'true',
  });
});

describe('Strict-Transport-Security', () => {
  const headerWith = async (settings: Record<string, string>) =>
    (await (await gateway.replica(settings)).http('/health/live')).headers.get('strict-transport-security');

  test.each([
    [{}, 'max-age=31536000'],
    [{ HSTS_MAX_AGE: '30d' }, 'max-age=2592000'],
    [{ HSTS_MAX_AGE: '0' }, 'max-age=0'],
    [{ HSTS_MAX_AGE: 'off' }, null],
    [{ PUBLIC_URL: 'http://localhost:4000', HSTS_MAX_AGE: '30d' }, null],
  ] as [Record<string, string>, string | null][])('with %j is %s', async (settings, header) => {
    expect(await headerWith(settings)).toBe(header);
  });
});
