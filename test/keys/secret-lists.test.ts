import { expect, test } from '@jest/globals';
import { startWarnings } from '../../src/cli/start-warnings.js';
import { type ConfigError, loadConfig } from '../../src/config/config.js';
import { startGateway } from '../support/gateway.js';
import { FEDERATION_SECRET, ROUTER } from '../support/router.js';

test('while FEDERATION_SECRET and METRICS_TOKEN are replaced both are taken, and neither part of the list nor the list', async () => {
  const added = 'the secret that comes after it';
  const list = `${added}, ${FEDERATION_SECRET}`;
  const gateway = await startGateway({ FEDERATION_SECRET: list, METRICS_TOKEN: list });
  const sdl = async (secret: string) => {
    const { errors } = await gateway.gql('{ _service { sdl } }', {}, { headers: { 'router-authorization': secret } });
    return errors[0]?.extensions.code ?? 'told';
  };
  const metrics = async (token: string) =>
    (await gateway.http('/metrics', { headers: { authorization: `Bearer ${token}` } })).status;
  for (const secret of [added, ROUTER['router-authorization']]) {
    expect(await sdl(secret)).toBe('told');
    expect(await metrics(secret)).toBe(200);
  }
  for (const secret of [
    list,
    list.replace(' ', ''),
    `${added},`,
    ',',
    'the secret that comes',
    `${FEDERATION_SECRET}x`,
  ]) {
    expect(await sdl(secret)).toBe('FORBIDDEN');
    expect(await metrics(secret)).toBe(404);
  }
});

/** The mistakes that keep the server from starting. */
function mistakes(serverSecret: string): string[] {
  try {
    loadConfig({ NODE_ENV: 'test', SERVER_SECRET: serverSecret });
    return [];
  } catch (error) {
    return (error as ConfigError).problems;
  }
}

const ONE = 'nine herons on the sluice gate at dawn';
const OTHER = 'seven otters under the old mill bridge';

test.each([`${ONE},`, `,${ONE}`, `${ONE}, and more`, `${ONE},${OTHER},short`])(
  'SERVER_SECRET with a comma is not silently two: %s is refused, and not repeated',
  (secret) => {
    const [told = '', ...more] = mistakes(secret);
    expect(more).toEqual([]);
    expect(told).toMatch(/^SERVER_SECRET: write at least 32 characters.*\. A comma separates several secrets/);
    expect(told).not.toMatch(/herons|otters/);
  },
);

test('where every piece could be a secret, the start says how many there are', () => {
  const warnings = (secret: string) =>
    startWarnings(loadConfig({ NODE_ENV: 'test', SERVER_SECRET: secret })).filter((one) => one.includes('a comma'));
  expect(mistakes(`${ONE},${OTHER}`)).toEqual([]);
  expect(warnings(`${ONE},${OTHER}`)).toEqual([
    expect.stringMatching(/^SERVER_SECRET holds 2 secrets.*docs\/keys\.md/),
  ]);
  expect(warnings(ONE)).toEqual([]);
});
