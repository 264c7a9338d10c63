import { execFileSync, spawnSync } from 'node:child_process';
import { globSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { parse, parseAllDocuments } from 'yaml';
import { readText, root } from './source-tree.js';

export interface Manifest {
  apiVersion: string;
  kind: string;
  metadata: { name: string; annotations?: Record<string, string> };
  // What is in it is judged by the types of Kubernetes.
  spec: any;
  data?: Record<string, string>;
}

export function documentsOf(yaml: string): Manifest[] {
  return parseAllDocuments(yaml)
    .map((document) => {
      if (document.errors.length > 0) throw new Error(document.errors.join('\n'));
      return document.toJS() as Manifest | null;
    })
    .filter((one) => one !== null);
}

/** The base as it is written, with the ConfigMap that Kustomize makes of its settings. */
export function baseManifests(): Manifest[] {
  const folder = 'deploy/kubernetes/base';
  const { resources } = parse(readText(`${folder}/kustomization.yaml`)!) as { resources: string[] };
  const data = parseEnv(readText(`${folder}/settings.env`)!) as Record<string, string>;
  const settings = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'sallyport' }, data, spec: undefined };
  return [...resources.flatMap((file) => documentsOf(readText(`${folder}/${file}`)!)), settings];
}

/** What each says of itself, in a version that knows what deploy/ is written in. */
const TOOLS = { kubectl: /Kustomize Version: v([5-9]|\d\d)/, helm: /Version:"v([3-9]|\d\d)/ };

/** What a tool prints; null where this machine has none. */
export function rendered(command: keyof typeof TOOLS, ...args: string[]): Manifest[] | null {
  const client = command === 'kubectl' ? ['--client'] : [];
  const { stdout } = spawnSync(command, ['version', ...client], { encoding: 'utf8' });
  if (!TOOLS[command].test(stdout ?? '')) return null;
  return documentsOf(execFileSync(command, args, { cwd: root, encoding: 'utf8' }));
}

/** By apiVersion and kind: where kubernetes-types has it. */
const MODULES: Record<string, string> = {
  v1: 'core/v1',
  'apps/v1': 'apps/v1',
  'batch/v1': 'batch/v1',
  'autoscaling/v2': 'autoscaling/v2',
  'policy/v1': 'policy/v1',
  'networking.k8s.io/v1': 'networking/v1',
};

/**
 * What the types of Kubernetes' API say against the manifests: wrong values, missing and unknown fields. Its JSON schemas let unknown
 * fields pass, and so would a misspelt probe.
 */
export function typeProblems(manifests: Manifest[]): string[] {
  const folder = mkdtempSync(join(tmpdir(), 'sallyport-test-manifests-'));
  const types = join(root, 'node_modules/kubernetes-types');
  const lines = manifests.map(
    (one, index) =>
      `export const m${index}: import(${JSON.stringify(`${types}/${MODULES[one.apiVersion]}`)}).${one.kind} = ${JSON.stringify(one)};`,
  );
  const path = join(folder, 'manifests.ts');
  writeFileSync(path, lines.join('\n'));
  const options = ['--noEmit', '--strict', '--skipLibCheck', '--module', 'nodenext', '--types', ''];
  const { stdout, stderr } = spawnSync(
    process.execPath,
    [join(root, 'node_modules/typescript/bin/tsc'), ...options, path],
    { cwd: folder, encoding: 'utf8' },
  );
  rmSync(folder, { recursive: true, force: true });
  return `${stdout}${stderr}`
    .split('\n')
    .filter((line) => line.includes('error'))
    .map((line) => line.slice(0, 400));
}

/** Every file of a folder of deploy/. */
export function filesIn(folder: string): string[] {
  return globSync(`deploy/${folder}/**/*.*`, { cwd: root }).toSorted();
}
