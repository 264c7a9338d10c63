import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { stripTypeScriptTypes } from 'node:module';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, expect, jest, test } from '@jest/globals';
import { freePort } from '../../../src/platform/free-port.js';
import { startGateway } from '../../support/gateway.js';
import { installed, pack, packageFolder, samplesOf } from '../../support/npm-package.js';
import { registeredPerson } from '../../support/people.js';
import { root } from '../../support/source-tree.js';

jest.setTimeout(120_000);

const folder = packageFolder();
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('the samples of docs/frontends/ssr.md keep the session of a user, with Next, loaders and plain Node', async () => {
  const gateway = await startGateway({ TRUST_PROXY: '127.0.0.1,::1' });
  const ada = await registeredPerson(gateway);
  const api = createServer(({ headers }, response) => response.end(headers.authorization?.slice(0, 9)))
    .listen(0)
    .unref();
  await once(api, 'listening');
  const port = await freePort('127.0.0.1');
  const project = installed(folder, ...pack(folder, 'client'));
  standInForNext(project);
  const code = samplesOf('docs/frontends/ssr.md')
    .replaceAll('https://auth.example.com', gateway.url)
    .replaceAll('https://api.example.com', `http://localhost:${(api.address() as AddressInfo).port}`)
    .replaceAll('listen(3000)', `listen(${port})`);
  const samples = join(project, 'samples.js');
  writeFileSync(samples, stripTypeScriptTypes(`${code}\nexport { userOfThePage };`));

  const env = {
    ...process.env,
    COOKIE_SECRET: 'x'.repeat(32),
    IDENTIFIER: ada.email,
    PASSWORD: ada.password,
    PORT: `${port}`,
  };
  const driver = join(root, 'test/packages/client/server-samples.mjs');
  const { stdout } = await promisify(execFile)(process.execPath, [driver, samples], { env });
  api.close();
  expect(JSON.parse(stdout)).toEqual({
    signedOut: null,
    step: 'signedIn',
    cookies: ['__Host-sallyport-access', '__Host-sallyport-device', '__Host-sallyport-refresh'],
    api: 'Bearer ey',
    page: ada.email,
    renewed: 2,
    quiet: [],
    loaded: ada.email,
    greeting: ['Sign in', `Hello, ${ada.email}`],
  });
});

/** What the samples need of Next, by its own protocol between the proxy and the page. Next itself is 130 MB. */
function standInForNext(project: string): void {
  const next = join(project, 'node_modules/next');
  mkdirSync(next);
  writeFileSync(
    join(next, 'package.json'),
    '{ "type": "module", "exports": { "./server": "./server.js", "./headers": "./headers.js" } }',
  );
  writeFileSync(
    join(next, 'server.js'),
    `export class NextResponse extends Response {
      static next({ request: { headers } }) {
        const names = [...headers.keys()];
        const overridden = names.map((name) => ['x-middleware-request-' + name, headers.get(name)]);
        const answer = { 'x-middleware-next': '1', 'x-middleware-override-headers': names.join(',') };
        return new NextResponse(null, { headers: { ...answer, ...Object.fromEntries(overridden) } });
      }
    }`,
  );
  writeFileSync(join(next, 'headers.js'), 'export const headers = async () => globalThis.headersOfNext();');
}
