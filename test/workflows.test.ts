import { execFileSync } from 'node:child_process';
import { globSync } from 'node:fs';
import { NoOperationTraceWriter, convertWorkflowTemplate, parseWorkflow } from '@actions/workflow-parser';
import { describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { byDependency, closeUnreleased, deployedVersion, sectionOf, withVersion } from '../scripts/release.mjs';
import { readText, root } from './support/source-tree.js';

interface Step {
  uses?: string;
  run?: string;
  with?: Record<string, unknown>;
}
interface Workflow {
  permissions?: Record<string, string>;
  jobs: Record<
    string,
    {
      permissions?: Record<string, string>;
      'timeout-minutes'?: number;
      uses?: string;
      steps?: Step[];
      needs?: string[];
    }
  >;
}

const paths = globSync('.github/workflows/*.yml', { cwd: root }).sort();
const workflows = paths.map((path) => {
  const text = readText(path)!;
  const jobs = Object.entries((parse(text) as Workflow).jobs);
  return { path, text, workflow: parse(text) as Workflow, jobs, steps: jobs.flatMap(([, { steps = [] }]) => steps) };
});

/** What GitHub's own parser says. */
async function problemsOf(name: string, content: string): Promise<string[]> {
  const { context, value } = parseWorkflow({ name, content }, new NoOperationTraceWriter());
  if (value && context.errors.getErrors().length === 0) await convertWorkflowTemplate(context, value);
  return context.errors.getErrors().map(({ message }) => message);
}

describe('the workflows', () => {
  test.each(paths)('%s is one to the parser of GitHub', async (path) => {
    expect(await problemsOf(path, readText(path)!)).toEqual([]);
  });

  test('that parser finds what is wrong', async () => {
    const ci = readText('.github/workflows/ci.yml')!;
    expect(await problemsOf('ci.yml', ci.replace('runs-on:', 'runs_on:'))).not.toEqual([]);
    expect(await problemsOf('ci.yml', ci.replace("github.event_name == 'pull", "event.name == 'pull"))).not.toEqual([]);
  });

  test('use actions by their commit: a tag can be moved to other code', () => {
    const used = workflows.flatMap(({ text }) => Array.from(text.matchAll(/uses: (.*)/g), ([, action = '']) => action));
    expect(used.length).toBeGreaterThan(8);
    const loose = used.filter(
      (action) => !/^(\.\/\S+|(actions|docker|github)\/[\w/-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+)$/.test(action),
    );
    expect(loose).toEqual([]);
  });

  test('may read the repository alone, but for jobs that publish', () => {
    expect(workflows.map(({ workflow }) => workflow.permissions)).toEqual(paths.map(() => ({ contents: 'read' })));
    const more = workflows.flatMap(({ jobs }) =>
      jobs.flatMap(([name, { permissions = {} }]) =>
        Object.entries(permissions).flatMap(([what, right]) => (right === 'write' ? [`${name}: ${what}`] : [])),
      ),
    );
    expect(more).toEqual([
      'image: packages',
      'image: id-token',
      'image: attestations',
      'packages: id-token',
      'release: contents',
      'code: security-events',
    ]);
  });

  test('put nothing into a script that a stranger may have written, such as the name of a branch', () => {
    const scripts = workflows.flatMap(({ steps }) => steps.flatMap(({ run }) => run ?? []));
    expect(scripts.length).toBeGreaterThan(5);
    expect(scripts.filter((script) => script.includes('${{'))).toEqual([]);
    for (const script of scripts) execFileSync('bash', ['-n'], { input: script });
  });

  test('never run the code of a pull request with rights', () => {
    expect(workflows.filter(({ text }) => /pull_request_target|workflow_run/.test(text))).toEqual([]);
  });

  test('leave no token in the clone, and end', () => {
    const checkouts = workflows.flatMap(({ steps }) =>
      steps.filter(({ uses }) => uses?.startsWith('actions/checkout')),
    );
    expect(checkouts.every((step) => step.with?.['persist-credentials'] === false)).toBe(true);
    const endless = workflows.flatMap(({ jobs }) => jobs.filter(([, job]) => !job.uses && !job['timeout-minutes']));
    expect(endless).toEqual([]);
  });

  test('release nothing that .ci/run has not passed', () => {
    const { jobs } = workflows.find(({ path }) => path.endsWith('release.yml'))!;
    const needs = Object.fromEntries(jobs.map(([name, job]) => [name, job.needs]));
    expect(needs).toMatchObject({ image: ['ci', 'notes'], packages: ['ci', 'notes'], release: ['image', 'packages'] });
  });

  test('sign the image that they have pushed, by its digest', () => {
    const [, { steps = [] }] = workflows
      .find(({ path }) => path.endsWith('release.yml'))!
      .jobs.find(([name]) => name === 'image')!;
    const signing = steps.find(({ uses }) => uses?.includes('attest-build-provenance'));
    expect(signing?.with).toMatchObject({
      'subject-digest': '${{ steps.build.outputs.digest }}',
      'push-to-registry': true,
    });
  });

  test('scan code, packages, image and manifests, at each change and each week', () => {
    const scan = workflows.find(({ path }) => path.endsWith('scan.yml'))!;
    expect(scan.jobs.map(([name]) => name)).toEqual(['code', 'packages', 'image', 'manifests']);
    expect(Object.keys((parse(scan.text) as { on: object }).on)).toEqual(['push', 'pull_request', 'schedule']);
  });

  test('dependencies of each kind are kept up to date', () => {
    const { updates } = parse(readText('.github/dependabot.yml')!) as { updates: { 'package-ecosystem': string }[] };
    expect(updates.map((one) => one['package-ecosystem'])).toEqual(['npm', 'docker', 'github-actions']);
  });
});

describe('what people are asked when they write', () => {
  const forms = globSync('.github/ISSUE_TEMPLATE/*.yml', { cwd: root }).filter((path) => !path.endsWith('config.yml'));

  test.each(forms)('%s is a form: a name, and fields with ids of their own', (path) => {
    const form = parse(readText(path)!) as { name: string; description: string; body: { type: string; id?: string }[] };
    expect([form.name, form.description]).toEqual([expect.any(String), expect.any(String)]);
    const fields = form.body.filter(({ type }) => type !== 'markdown');
    expect(fields.every(({ type }) => ['input', 'textarea', 'dropdown', 'checkboxes'].includes(type))).toBe(true);
    expect(new Set(fields.map(({ id }) => id)).size).toBe(fields.length);
  });

  test('a vulnerability is led to a private report', () => {
    const { blank_issues_enabled: blank, contact_links: links } = parse(
      readText('.github/ISSUE_TEMPLATE/config.yml')!,
    ) as { blank_issues_enabled: boolean; contact_links: { about: string }[] };
    expect(blank).toBe(false);
    expect(links[0]?.about).toContain('SECURITY.md');
  });
});

describe('a release', () => {
  const CHANGELOG = '# Changelog\n\nText.\n\n## Unreleased\n\n### Added\n\n- New.\n\n## 0.1.0 – 2026-01-01\n\n- Old.\n';

  test('closes the section Unreleased, and opens an empty one', () => {
    const closed = closeUnreleased(CHANGELOG, '0.2.0', '2026-02-01');
    expect(sectionOf(closed, '0.2.0')).toBe('### Added\n\n- New.');
    expect(sectionOf(closed, 'Unreleased')).toBe('');
    expect(sectionOf(closed, '0.1.0')).toBe('- Old.');
    expect(() => closeUnreleased(closed, '0.3.0', '2026-02-01')).toThrow('nothing under Unreleased');
    expect(() => closeUnreleased(CHANGELOG, '0.1.0', '2026-02-01')).toThrow('0.1.0 already');
    expect(() => sectionOf(CHANGELOG, '0.2.0')).toThrow('no section 0.2.0');
  });

  test('is of one version, in which packages depend on each other', () => {
    const names = new Set(['@sallyport/client']);
    const manifest = '{ "version": "0.1.0", "dependencies": { "@sallyport/client": "0.1.0", "graphql": "16.15.0" } }';
    expect(JSON.parse(withVersion(manifest, '0.2.0', names))).toEqual({
      version: '0.2.0',
      dependencies: { '@sallyport/client': '0.2.0', graphql: '16.15.0' },
    });
    const paths = ['package.json', ...globSync('packages/*/package.json', { cwd: root })];
    const manifests = paths.map((path) => JSON.parse(readText(path)!) as { version: string });
    expect(new Set(manifests.map(({ version }) => version)).size).toBe(1);
  });

  test('is what deploy/ deploys', () => {
    const files = ['helm/sallyport/Chart.yaml', 'kubernetes/example/kustomization.yaml', 'compose/compose.yaml'];
    const texts = files.map((file) => deployedVersion(readText(`deploy/${file}`)!, '9.8.7-next.1'));
    expect(texts.map((text) => text.split('9.8.7-next.1').length - 1)).toEqual([2, 1, 1]);
    expect(texts[0]).toContain('apiVersion: v2\n');
  });

  test('publishes each package after those it depends on', () => {
    const testing = { name: 'testing', version: '1.0.0', dependencies: { client: '1.0.0' } };
    const react = { name: 'react', version: '1.0.0', peerDependencies: { client: '1.0.0', testing: '1.0.0' } };
    const client = { name: 'client', version: '1.0.0', dependencies: { graphql: '16' } };
    expect(byDependency([react, testing, client]).map(({ name }) => name)).toEqual(['client', 'testing', 'react']);
    const circle = { ...client, dependencies: { testing: '1.0.0' } };
    expect(() => byDependency([testing, circle])).toThrow('in a circle');
  });

  test('prints the notes of a tag, and refuses the tag of another version', () => {
    const notes = (tag: string) =>
      execFileSync(process.execPath, ['scripts/release.mjs', '--notes', tag], {
        cwd: root,
        encoding: 'utf8',
        stdio: 'pipe',
      });
    expect(() => notes('v99.0.0')).toThrow(/The tag is v99\.0\.0, and sallyport is/);
  });
});
