import { beforeAll, describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { loadConfig } from '../../src/config/config.js';
import { secretNames } from '../../src/config/secret-files.js';
import { SETTINGS } from '../../src/config/settings.js';
import { startGateway } from '../support/gateway.js';
import { baseManifests, filesIn, type Manifest, rendered, typeProblems } from '../support/manifests.js';
import { readText } from '../support/source-tree.js';

/** What must not be in a ConfigMap, in values or in `docker inspect`. */
const SECRETS = secretNames({}, SETTINGS);
/** What the Secret holds. */
const SECRET = {
  SERVER_SECRET: 'b2Zmc2V0LWxhbnRlcm4tdmlvbGV0LWhhcmJvdXI',
  DATABASE_URL: 'postgres://sallyport:violet-harbour@db:5432/sallyport',
  REDIS_URL: 'redis://redis:6379',
  SMTP_URL: 'smtp://mail:587',
};
const MUST = { PUBLIC_URL: 'https://auth.example.com', MAIL_FROM: 'Example <no-reply@example.com>' };
const image = Object.fromEntries(
  [...(/^ENV (.*)$/m.exec(readText('Dockerfile')!)?.[1] ?? '').matchAll(/(\w+)=(\S+)/g)].map(([, name, value]) => [
    name,
    value,
  ]),
) as Record<string, string>;

const HELM = ['template', 'auth', 'deploy/helm/sallyport', '--namespace', 'auth'];
const values = [
  'image.repository=ghcr.io/example/sallyport,ingress.enabled=true,tls.secretName=sallyport-tls',
  `settings.PUBLIC_URL=${MUST.PUBLIC_URL},settings.MAIL_FROM=${MUST.MAIL_FROM}`,
].flatMap((set) => ['--set', set]);
const byTools = [
  ['the overlay, by kubectl', rendered('kubectl', 'kustomize', 'deploy/kubernetes/example')],
  ['the chart, by helm', rendered('helm', ...HELM, ...values)],
] as const;
const sets = [
  ['the base, as it is written', baseManifests()] as const,
  ...byTools.flatMap(([name, manifests]) => (manifests ? [[name, manifests] as const] : [])),
];

let routes: Map<string, number>;
beforeAll(async () => {
  const gateway = await startGateway({ MANAGEMENT_PORT: '0' });
  const paths = ['/health/live', '/health/ready'];
  const statuses = await Promise.all(paths.map((path) => fetch(gateway.inner.managementUrl! + path)));
  routes = new Map(paths.map((path, index) => [path, statuses[index]!.status]));
});

test('a machine of GitHub has both tools, so that neither overlay nor chart goes unread there', () => {
  const read = byTools.filter(([, manifests]) => manifests).length;
  expect(read).toBeGreaterThanOrEqual(process.env.GITHUB_ACTIONS ? 2 : 0);
});

describe.each(sets)('%s', (_, manifests) => {
  const all = (kind: string) => manifests.filter((one) => one.kind === kind);
  const one = (kind: string) => {
    expect(all(kind)).toHaveLength(1);
    return all(kind)[0]!;
  };
  const pods = () => [one('Deployment'), one('Job')].map(({ spec }) => spec.template);
  const container = (pod: Manifest) => {
    expect(pod.spec.containers).toHaveLength(1);
    return pod.spec.containers[0];
  };
  /** What the server's process finds in its environment. */
  const settings = () => {
    const written = container(one('Deployment').spec.template).env ?? [];
    const own = Object.fromEntries(written.map(({ name, value }: Record<string, string>) => [name, value]));
    return { ...MUST, ...all('ConfigMap')[0]?.data, ...own } as Record<string, string>;
  };
  const server = () => loadConfig({ ...image, ...SECRET, ...settings() });

  test('is what the types of Kubernetes say: nothing unknown, missing or of another kind', () => {
    expect(typeProblems(manifests)).toEqual([]);
  });

  test('has settings that exist and that production accepts, and no secret among them', () => {
    expect(Object.keys(settings()).filter((name) => !(name in SETTINGS))).toEqual([]);
    expect(Object.keys(settings()).filter((name) => SECRETS.includes(name))).toEqual([]);
    expect(all('Secret')).toEqual([]);
    expect(server()).toMatchObject({ nodeEnv: 'production', keysDir: null, migrations: 'manual' });
    for (const pod of pods())
      expect(container(pod as Manifest).envFrom.at(-1)).toEqual({ secretRef: { name: 'sallyport' } });
  });

  test('asks the management port, at addresses that it answers', () => {
    const { ports, startupProbe, livenessProbe, readinessProbe } = container(one('Deployment').spec.template);
    const port = Object.fromEntries(ports.map((each: any) => [each.name, each.containerPort]));
    expect(port).toEqual({ http: server().port, management: server().management?.port });
    for (const { httpGet } of [startupProbe, livenessProbe, readinessProbe]) {
      expect([httpGet.port, httpGet.scheme]).toEqual(['management', undefined]);
      expect([httpGet.path, routes.get(httpGet.path)]).toEqual([httpGet.path, 200]);
    }
    expect(livenessProbe.httpGet.path).toBe('/health/live');
    expect(readinessProbe.httpGet.path).toBe('/health/ready');
    // The kubelet comes from outside of the pod.
    expect(server().management?.host).toBe('0.0.0.0');
  });

  test('runs as the unprivileged user of the image, which can write to /tmp alone', () => {
    expect(readText('Dockerfile')).toMatch(/^USER node$/m);
    for (const pod of pods()) {
      expect(pod.spec.securityContext).toMatchObject({
        runAsNonRoot: true,
        // `node` in the images of Node.
        runAsUser: 1000,
        seccompProfile: { type: 'RuntimeDefault' },
      });
      const { securityContext, volumeMounts } = container(pod);
      expect(securityContext).toEqual({
        allowPrivilegeEscalation: false,
        readOnlyRootFilesystem: true,
        capabilities: { drop: ['ALL'] },
      });
      expect(volumeMounts.filter((mount: any) => !mount.readOnly)).toEqual([{ name: 'tmp', mountPath: '/tmp' }]);
      expect([pod.spec.automountServiceAccountToken, pod.spec.enableServiceLinks]).toEqual([false, false]);
      expect(container(pod).resources.limits.memory).toBe('512Mi');
    }
  });

  test('is selected by its Services, its budget and its policy, and scaled', () => {
    const { labels } = one('Deployment').spec.template.metadata;
    const { spec: job } = one('Job');
    const selects = (selector: object, chosen: object) =>
      Object.entries(selector).every(([name, value]) => (chosen as Record<string, unknown>)[name] === value);
    const selectors = [
      one('Deployment').spec.selector.matchLabels,
      one('PodDisruptionBudget').spec.selector.matchLabels,
      ...all('Service').map(({ spec }) => spec.selector),
    ];
    expect(selectors).toHaveLength(4);
    for (const selector of selectors) {
      expect(selects(selector, labels)).toBe(true);
      // The migration answers no one.
      expect(selects(selector, job.template.metadata.labels)).toBe(false);
    }
    const policy = one('NetworkPolicy').spec;
    for (const target of [labels, job.template.metadata.labels])
      expect(selects(policy.podSelector.matchLabels, target)).toBe(true);
    expect(policy.policyTypes).toEqual(['Ingress', 'Egress']);
    const opened = policy.ingress.flatMap(({ ports }: any) => ports.map(({ port }: any) => port));
    expect(new Set(opened)).toEqual(new Set(['http', 'management']));
    // Metadata services of clouds give credentials to whoever asks from a pod.
    for (const { to } of policy.egress)
      for (const { ipBlock } of to)
        if (ipBlock?.cidr === '0.0.0.0/0') expect(ipBlock.except).toEqual(['169.254.0.0/16']);
    expect(one('HorizontalPodAutoscaler').spec.scaleTargetRef.name).toBe(one('Deployment').metadata.name);
    expect(one('Deployment').spec.replicas).toBeUndefined();
  });

  test('stops in the time that it has, and opens no more connections than PostgreSQL takes', () => {
    const { spec } = one('Deployment').spec.template;
    expect(spec.terminationGracePeriodSeconds * 1000).toBeGreaterThan(server().shutdownDelay + 10_000);
    expect(server().shutdownDelay).toBeGreaterThan(0);
    const { minReplicas, maxReplicas } = one('HorizontalPodAutoscaler').spec;
    expect(minReplicas).toBeGreaterThan(1);
    expect(maxReplicas * (server().databasePool + 4)).toBeLessThan(97);
  });

  test('migrates by a job of its own, by another role where there is one', () => {
    expect(container(one('Job').spec.template).args).toEqual(['migration:up']);
    expect(one('Job').spec.template.spec.restartPolicy).toBe('Never');
  });
});

test('those types find a misspelt probe, a number that is text, and what is missing', () => {
  const broken = structuredClone(baseManifests());
  const { spec } = broken.find(({ kind }) => kind === 'Deployment')!;
  spec.template.spec.containers[0].readinesProbe = spec.template.spec.containers[0].readinessProbe;
  broken.find(({ kind }) => kind === 'HorizontalPodAutoscaler')!.spec.maxReplicas = '8';
  delete broken.find(({ kind }) => kind === 'NetworkPolicy')!.spec.podSelector;
  const found = typeProblems(broken).join('\n');
  expect(found).toContain('readinesProbe');
  expect(found).toContain("'string' is not assignable to type 'number'");
  expect(found).toContain('podSelector');
});

test('the base names every file that it has', () => {
  const { resources } = parse(readText('deploy/kubernetes/base/kustomization.yaml')!) as { resources: string[] };
  const files = filesIn('kubernetes/base').map((path) => path.split('/').at(-1));
  expect(files.filter((file) => !resources.includes(file!))).toEqual(['kustomization.yaml', 'settings.env']);
});

describe('the chart', () => {
  const chart = (file: string) => parse(readText(`deploy/helm/sallyport/${file}`)!);
  const templates = filesIn('helm/sallyport/templates').map((path) => readText(path)!);

  test('is of the version of the server, as the overlay and the compose file are', () => {
    const { version } = JSON.parse(readText('package.json')!) as { version: string };
    expect(chart('Chart.yaml')).toMatchObject({ version, appVersion: version });
    expect(readText('deploy/kubernetes/example/kustomization.yaml')).toContain(`newTag: ${version} }`);
    expect(readText('deploy/compose/compose.yaml')).toContain(`/sallyport:${version}\n`);
  });

  test('uses every value that it has, and none that it has not', () => {
    const leaves = Object.entries(chart('values.yaml')).flatMap(([name, value]) =>
      ['resources', 'settings', 'podAnnotations', 'nodeSelector', 'affinity'].includes(name) || !isMap(value)
        ? [name]
        : Object.keys(value).map((key) => `${name}.${key}`),
    );
    const text = templates
      .join('\n')
      .replaceAll('with .Values.image }}', 'with .Values.image.repository .Values.image.tag .Values.image.digest }}');
    const used = new Set([...text.matchAll(/\.Values\.(\w+(?:\.[a-z]\w*)?)/g)].map(([, path = '']) => path));
    used.delete('image');
    expect([...used].toSorted()).toEqual([...new Set([...leaves, 'settings'])].toSorted());
  });

  test('refuses secrets and its own settings among the values', () => {
    const { properties } = JSON.parse(readText('deploy/helm/sallyport/values.schema.json')!).properties.settings;
    const refused = Object.keys(properties).filter((name) => properties[name] === false);
    expect(refused.filter((name) => !(name in SETTINGS))).toEqual([]);
    expect(SECRETS.filter((name) => !refused.includes(name))).toEqual([]);
  });
});

function isMap(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
