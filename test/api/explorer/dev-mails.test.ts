import { expect, test } from '@jest/globals';
import fastify from 'fastify';
import { mailPreviewRoutes } from '../../../src/api/explorer/dev-mails.js';
import { pageLook } from '../../../src/api/pages/page-look.js';
import { loadConfig } from '../../../src/config/config.js';
import { FEATURES, gather } from '../../../src/features.js';
import { builtInLocales as locales } from '../../../src/platform/locales.js';
import { branded } from '../../support/branding.js';
import { fakeClock } from '../../support/clock.js';
import { startGateway } from '../../support/gateway.js';
import { texts } from '../../support/texts.js';

const config = loadConfig({});

test('every mail can be looked at in every language, as HTML and as text', async () => {
  const app = fastify();
  const mails = gather(FEATURES, 'mails');
  mailPreviewRoutes(app, { config, look: pageLook(branded(), texts), clock: fakeClock(), texts, mails });
  const overview = await app.inject('/dev/mails');
  expect(overview.statusCode).toBe(200);
  for (const { name: template } of mails) {
    for (const locale of locales) {
      expect(overview.body).toContain(`href="mails/${template}.${locale}"`);
      const raw = await app.inject(`/dev/mails/${template}.${locale}/raw`);
      expect(raw.body).toContain(`<html lang="${locale}"`);
      expect(raw.headers['content-security-policy']).toContain("default-src 'none'");
      expect((await app.inject(`/dev/mails/${template}.${locale}?part=text`)).statusCode).toBe(200);
    }
  }
  expect((await app.inject('/dev/mails/none.en')).statusCode).toBe(404);
  await app.close();
});

test('the gateway shows them outside of production', async () => {
  const gateway = await startGateway();
  expect((await gateway.http('/dev/mails')).status).toBe(200);
});
