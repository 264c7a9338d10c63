import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { parse } from 'yaml';
import { cloneDatabase, type TestDatabase } from '../support/database.js';
import { LOGIN, newEmail, REFRESH, REGISTER, STRONG_PASSWORD, VERIFY_OTP } from '../support/people.js';
import { hasRedisServer, type RedisServer, startRedisServer } from '../support/redis-server.js';
import { type ServerProcess, startServer, temporaryFolder } from '../support/server-process.js';
import { readText, sourceFiles } from '../support/source-tree.js';
import { testWith } from '../support/not-run.js';

// A process takes its time to start, on a busy machine a long one.
jest.setTimeout(120_000);

const DOCUMENT = readText('docs/observability.md') ?? '';
const ALERTS = parse(readText('deploy/prometheus/alerts.yml') ?? '') as {
  groups: { rules: { alert: string; expr: string; annotations: { summary?: string; runbook?: string } }[] }[];
};
const rules = ALERTS.groups.flatMap((group) => group.rules);
const DASHBOARD = JSON.parse(readText('deploy/grafana/sallyport.json') ?? '') as {
  panels: { title: string; type: string; targets?: { expr: string }[] }[];
};
const METRICS_TOKEN = 'a token for the scraper';

interface Described {
  kind: string;
  labels: string[];
}

/** The tables of the section. */
const documented = new Map<string, Described>(
  (/^## Metrics$([\s\S]*?)^## /m.exec(DOCUMENT)?.[1] ?? '').split('\n').flatMap((line) => {
    const [, name, kind, labels] = /^\| `(\w+)` \| (\w+) \|([^|]*)\|/.exec(line) ?? [];
    return name ? [[name, { kind: kind!, labels: [...labels!.matchAll(/\w+/g)].map(([label]) => label).sort() }]] : [];
  }),
);
const inSource = new Set(
  sourceFiles(/^src\/.*\.ts$/).flatMap(({ code }) =>
    [...code.matchAll(/'(sallyport_[a-z_]*[a-z])'/g)].map(([, name]) => name!),
  ),
);

describe('in the repository', () => {
  test('the document has every metric, and no other', () => {
    expect(documented.size).toBeGreaterThan(40);
    expect([...inSource].filter((name) => !documented.has(name))).toEqual([]);
  });

  test('each alert says what happened, and leads to a paragraph of the document', () => {
    const headings = new Set([...DOCUMENT.matchAll(/^### (.+)$/gm)].map(([, heading]) => heading!.toLowerCase()));
    expect(rules.length).toBeGreaterThan(10);
    for (const { alert, annotations } of rules) {
      expect(annotations.summary?.length).toBeGreaterThan(20);
      expect(annotations.runbook).toBe(`docs/observability.md#${alert.toLowerCase()}`);
      expect(headings).toContain(alert.toLowerCase());
    }
    expect(headings.size).toBe(rules.length);
  });
});

describe('in a real scrape', () => {
  const whole = testWith(hasRedisServer(), 'metrics of a whole installation', 'no redis-server on the PATH');
  let redis: RedisServer | undefined;
  let database: TestDatabase | undefined;
  let server: ServerProcess | undefined;
  let text = '';
  let kinds = new Map<string, string>();

  beforeAll(async () => {
    if (!hasRedisServer()) return;
    [redis, database] = await Promise.all([startRedisServer(), cloneDatabase()]);
    server = await startServer({
      DATABASE_URL: database.url,
      REDIS_URL: redis.url,
      KEYS_DIR: temporaryFolder(),
      METRICS_TOKEN,
      AUDIT_FILE: join(temporaryFolder(), 'audit.ndjson'),
      RESOURCE_SERVERS: `orders=${'o'.repeat(40)}`,
      // Nobody answers there: the sign-in of an unknown user is a call that fails.
      LEGACY_LOGIN_URL: 'http://127.0.0.1:1',
      LEGACY_LOGIN_SECRET: `whsec_${Buffer.alloc(32, 7).toString('base64')}`,
    });
    await useIt(server);
    const scrape = () => server!.http('/metrics', { headers: { authorization: `Bearer ${METRICS_TOKEN}` } });
    text = await (await scrape()).text();
    kinds = new Map([...text.matchAll(/^# TYPE (\w+) (\w+)$/gm)].map(([, name, kind]) => [name!, kind!]));
  });
  afterAll(async () => {
    await server?.end();
    await Promise.all([redis?.stop(), database?.drop()]);
  });

  whole('each metric is in the document, with its kind and its labels', () => {
    const ours = [...kinds].filter(([name]) => name.startsWith('sallyport_'));
    expect(ours.length).toBeGreaterThan(30);
    for (const [name, kind] of ours) expect([name, documented.get(name)?.kind]).toEqual([name, kind]);
    const samples = [...text.matchAll(/^(sallyport_\w+?)(?:_bucket|_sum|_count)?\{(.+)\} \S+$/gm)];
    for (const [, base, pairs] of samples) {
      const labels = [...pairs!.matchAll(/(\w+)="/g)].map(([, label]) => label!).filter((label) => label !== 'le');
      expect([base, labels.sort()]).toEqual([base, documented.get(base!)?.labels]);
    }
    const nowhere = [...documented.keys()].filter((name) => !kinds.has(name) && !inSource.has(name));
    expect(nowhere).toEqual([]);
  });

  const known = (name: string) => {
    const base = name.replace(/_(?:bucket|sum|count)$/, '');
    return kinds.has(name) || ['histogram', 'summary'].includes(kinds.get(base) ?? '');
  };
  const unknown = (expr: string) =>
    [...expr.matchAll(/\b(?:sallyport|process|nodejs)_\w+/g)].map(([name]) => name).filter((name) => !known(name));
  /** What an expression selects or groups by: labels that no metric has give an empty panel, and an alert that is silent for ever. */
  const labelsIn = (expr: string) => [
    ...[...expr.matchAll(/(\w+)\s*(?:=~|!~|!=|=)\s*"/g)].map(([, label]) => label!),
    ...[...expr.matchAll(/\b(?:by|on)\s*\(([^)]*)\)/g)].flatMap(([, list]) =>
      list!.split(',').map((one) => one.trim()),
    ),
  ];

  whole('there is what the alerts ask for', () => {
    for (const { alert, expr } of rules) expect([alert, unknown(expr)]).toEqual([alert, []]);
  });

  whole('there is what the dashboard shows', () => {
    const shown = DASHBOARD.panels.filter(({ type }) => type !== 'row');
    expect(shown.length).toBeGreaterThan(20);
    for (const { title, targets = [] } of shown) {
      expect(targets.length).toBeGreaterThan(0);
      for (const { expr } of targets) expect([title, unknown(expr)]).toEqual([title, []]);
    }
  });

  whole('they go by labels that there are', () => {
    const all = [
      ...rules.map(({ expr }) => expr),
      ...DASHBOARD.panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr)),
    ];
    const given = new Set(['job', 'instance', 'le']);
    for (const expr of all) {
      const names = [...expr.matchAll(/\bsallyport_\w+/g)].map(([name]) => name.replace(/_(?:bucket|sum|count)$/, ''));
      const has = new Set(names.flatMap((name) => documented.get(name)?.labels ?? []));
      expect([expr, labelsIn(expr).filter((label) => !has.has(label) && !given.has(label))]).toEqual([expr, []]);
    }
  });

  whole('the process goes by the names that all Node programs have', () => {
    for (const name of ['process_cpu_seconds_total', 'nodejs_eventloop_lag_p99_seconds', 'nodejs_gc_duration_seconds'])
      expect(kinds.has(name)).toBe(true);
    expect([...kinds.keys()].filter((name) => !/^(?:sallyport|process|nodejs)_/.test(name))).toEqual([]);
    expect(text).toMatch(/^sallyport_build_info\{version="[^"]+",node="v[^"]+"\} 1$/m);
  });

  whole('no value of a label is what a client wrote', () => {
    expect(text).not.toContain('planted');
    expect(text).not.toContain('@');
  });
});

/** Whatever an operator would want to see is done once. */
async function useIt(server: ServerProcess): Promise<void> {
  const email = newEmail();
  const { register } = await server.ask(REGISTER, { input: { email, password: STRONG_PASSWORD } });
  const input = { challengeToken: register.challengeToken, code: await server.codeFor(email) };
  const { verifyOtp } = await server.ask(VERIFY_OTP, { input });
  await server.ask(LOGIN, { input: { identifier: email, password: STRONG_PASSWORD } });
  await server.gql(LOGIN, { input: { identifier: 'planted', password: 'planted planted planted' } });
  await server.ask(REFRESH, { input: { refreshToken: verifyOtp.refreshToken } });
  await server.ask('query planted { me { email } }', {}, { token: verifyOtp.accessToken });
  await server.http('/planted', { headers: { 'x-request-id': 'planted' } });
  await server.gql('{ planted }');
}
