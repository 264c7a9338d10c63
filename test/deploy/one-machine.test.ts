import { execFile, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { loadConfig } from '../../src/config/config.js';
import { SETTINGS } from '../../src/config/settings.js';
import { makeCertificate } from '../support/certificate.js';
import { startGateway, type TestGateway } from '../support/gateway.js';
import { readText, root } from '../support/source-tree.js';

const folder = mkdtempSync(join(tmpdir(), 'sallyport-test-deploy-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What the page has an operator write into the files of secrets. */
const SECRETS: Record<string, string> = {
  SERVER_SECRET: 'q2vJ0zQ-what-keys-secret-prints-7Wk1uXo',
  DATABASE_URL: 'postgres://sallyport:a-password-of-its-own@localhost:5432/sallyport',
  SMTP_URL: 'smtps://user:password@smtp.example.com',
};

/** Files as they are mounted, and the settings that name them with `mount` replaced by where they are here. */
function mounted(settings: Record<string, string>, mount: string): Record<string, string> {
  const named = Object.entries(settings).filter(([, value]) => value.startsWith(mount));
  return Object.fromEntries(
    named.map(([name, value]) => {
      const path = join(folder, value.slice(mount.length));
      writeFileSync(path, `${SECRETS[name.replace(/_FILE$/, '')]}\n`);
      return [name, path];
    }),
  );
}

/** The section with this heading in docs/deployment.md. */
const section = (heading: string) =>
  readText('docs/deployment.md')!
    .split(/^## /m)
    .find((one) => one.startsWith(heading)) ?? '';

/** Its first block of settings. */
const settingsIn = (heading: string) =>
  parseEnv(/```ini\n([^]*?)```/.exec(section(heading))?.[1] ?? '') as Record<string, string>;

describe('the compose file', () => {
  const { services, secrets, networks } = parse(readText('deploy/compose/compose.yaml')!, { merge: true });
  const ours = [services.gateway, services.migrate];

  test('has settings that production accepts, together with the secrets that the page has an operator write', () => {
    const written = Object.fromEntries(
      Object.entries<string | number>(services.gateway.environment).map(([name, value]) => [
        name,
        `${value}`.replace(/\$\{SALLYPORT_DOMAIN[^}]*\}/, 'auth.example.com').replace(/\$\{[^}]*\}/, 'a@example.com'),
      ]),
    );
    const files = mounted(written, '/run/secrets/');
    expect(Object.keys(files)).toEqual(Object.keys(SECRETS).map((name) => `${name}_FILE`));
    expect(Object.keys(written).filter((name) => !(name in SETTINGS) && !(name in files))).toEqual([]);
    const config = loadConfig({ NODE_ENV: 'production', ...written, ...files });
    expect(config).toMatchObject({ publicUrl: 'https://auth.example.com', migrations: 'manual', keysDir: null });
    // The proxy's network alone is believed.
    expect(config.trustProxy).toEqual([networks.front.ipam.config[0].subnet]);
    expect(services.proxy.networks).toContain('front');
  });

  test('hands secrets over as files, and writes none of them', () => {
    for (const service of ours) {
      const named = Object.entries<string>(service.environment).filter(([name]) => name.endsWith('_FILE'));
      expect(named.map(([, path]) => path)).toEqual(service.secrets.map((name: string) => `/run/secrets/${name}`));
    }
    expect(services.postgres.environment).toMatchObject({ POSTGRES_PASSWORD_FILE: '/run/secrets/postgres-password' });
    for (const [name, { file }] of Object.entries<{ file: string }>(secrets)) {
      expect(file).toBe(`./secrets/${name}`);
      expect(section('One machine with Compose')).toContain(`secrets/${name}`);
      expect(spawnSync('git', ['check-ignore', `deploy/compose/${file}`], { cwd: root }).status).toBe(0);
    }
    expect(readText('deploy/compose/compose.yaml')).not.toMatch(/:\/\/[^\s/]+:[^\s/]+@/);
  });

  test('migrates before it serves, and publishes the proxy alone', () => {
    expect(services.migrate.command).toEqual(['migration:up']);
    expect(services.gateway.depends_on.migrate).toEqual({ condition: 'service_completed_successfully' });
    const published = Object.entries<any>(services)
      .filter(([, { ports }]) => ports)
      .map(([name]) => name);
    expect(published).toEqual(['proxy']);
    expect([networks.inside, networks.front].every(({ internal }) => internal)).toBe(true);
    for (const name of ['postgres', 'redis', 'migrate']) expect(services[name].networks).toEqual(['inside']);
    expect(readText('deploy/compose/Caddyfile')).toMatch(/name gateway\s+port 4000/);
  });

  test('grants the server nothing that it does not need', () => {
    for (const service of ours)
      expect(service).toMatchObject({ read_only: true, cap_drop: ['ALL'], security_opt: ['no-new-privileges:true'] });
    expect(Object.values<any>(services).filter(({ privileged, network_mode: mode }) => privileged || mode)).toEqual([]);
  });
});

describe('the unit of systemd', () => {
  const unit = readText('deploy/systemd/sallyport.service')!;
  const value = (name: string) => new RegExp(`^${name}=(.*)$`, 'm').exec(unit)?.[1];

  test('starts what npm run build makes, as npm start does', () => {
    const { scripts } = JSON.parse(readText('package.json')!) as { scripts: { start: string } };
    expect(value('ExecStart')).toBe(`/usr/bin/${scripts.start}`);
    expect(value('DynamicUser')).toBe('yes');
    expect(value('NoNewPrivileges')).toBe('yes');
  });

  test('has settings that production accepts, together with those that the page shows', () => {
    const file = settingsIn('One machine with systemd');
    const lines = [...unit.matchAll(/^Environment=(.*)$/gm)].flatMap(([, pairs]) => pairs!.split(' '));
    const own = Object.fromEntries(lines.map((pair) => pair.split('='))) as Record<string, string>;
    const files = mounted(own, '%d/');
    for (const name of [...Object.keys(file), ...Object.keys(own)])
      expect(Object.keys({ ...SETTINGS, ...files })).toContain(name);
    const config = loadConfig({ ...file, ...own, ...files });
    expect(config.nodeEnv).toBe('production');
    expect(config.storageUrl).toContain(`/var/lib/${value('StateDirectory')}/`);
    expect(Number(value('TimeoutStopSec')) * 1000).toBeGreaterThan(config.shutdownDelay + 10_000);
  });

  test('hands secrets over as files, which the page has an operator write', () => {
    const loaded = [...unit.matchAll(/^LoadCredential=(\w+):(.*)$/gm)].map(([, name, path]) => [name, path]);
    expect(loaded).toEqual(Object.keys(SECRETS).map((name) => [name, `/etc/sallyport/secrets/${name}`]));
    for (const name of Object.keys(SECRETS)) {
      expect(unit).toMatch(new RegExp(`^Environment=(?:.* )?${name}_FILE=%d/${name}(?: |$)`, 'm'));
      expect(section('One machine with systemd')).toMatch(new RegExp(`(?:> |EDITOR )${name}$| ${name} `, 'm'));
      expect(Object.keys(settingsIn('One machine with systemd'))).not.toContain(name);
    }
  });

  test('is understood by systemd, which finds little that it may do', () => {
    const analyzed = spawnSync('systemd-analyze', ['security', '--offline=true', 'deploy/systemd/sallyport.service'], {
      cwd: root,
      encoding: 'utf8',
    });
    // A machine without systemd knows neither.
    if (analyzed.error) return;
    expect(Number(/exposure level for sallyport.service: ([\d.]+)/.exec(analyzed.stdout)?.[1])).toBeLessThan(2);
  });
});

describe('the health check of the image', () => {
  const files = { TLS_CERT: join(folder, 'tls.crt'), TLS_KEY: join(folder, 'tls.key') };
  let gateways: TestGateway[];
  beforeAll(async () => {
    const { cert, key } = makeCertificate('auth.example.com');
    writeFileSync(files.TLS_CERT, cert);
    writeFileSync(files.TLS_KEY, key);
    const plain = await startGateway();
    gateways = [plain, await plain.replica(files), await plain.replica({ ...files, MANAGEMENT_PORT: '0' })];
  });
  const portOf = (url: string) => new URL(url).port;
  const check = (env: Record<string, string>) =>
    new Promise<number>((done) => {
      const script = join(root, 'scripts/healthcheck.mjs');
      const child = execFile(process.execPath, [script], { env }, () => done(child.exitCode ?? -1));
    });

  test('is the one that the Dockerfile names', () => {
    expect(readText('Dockerfile')).toContain('COPY scripts/healthcheck.mjs ./');
    expect(readText('Dockerfile')).toContain('CMD ["node", "healthcheck.mjs"]');
  });

  test('finds the server alive by http, by https, and at the management port', async () => {
    const [plain, secure, managed] = gateways as [TestGateway, TestGateway, TestGateway];
    expect(await check({ PORT: portOf(plain.url) })).toBe(0);
    expect(await check({ PORT: portOf(secure.url), ...files })).toBe(0);
    const management = portOf(managed.inner.managementUrl!);
    expect(await check({ PORT: portOf(managed.url), ...files, MANAGEMENT_PORT: management })).toBe(0);
  });

  test('fails where nothing answers, and where something else does', async () => {
    const [plain, secure, managed] = gateways as [TestGateway, TestGateway, TestGateway];
    expect(await check({ PORT: '1' })).toBe(1);
    // The API's own port, which answers 404 there.
    expect(await check({ PORT: portOf(managed.url), ...files })).toBe(1);
    expect(await check({ PORT: portOf(secure.url) })).toBe(1);
    expect(await check({ PORT: portOf(plain.url), MANAGEMENT_PORT: '' })).toBe(0);
  });
});
