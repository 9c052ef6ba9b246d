import { spawnSync } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';

import { describe, expect, it } from '@jest/globals';
import { parse, parseAllDocuments } from 'yaml';

import { kubectlProgram } from '../../tools/kubernetes/cluster-tools.js';
import { CoreSchemas, type Manifest, schemaVersions } from '../../tools/kubernetes/core-schemas.js';
import { describeWith } from './support/describe-with.js';

interface Rendered extends Manifest {
  readonly metadata: { readonly name: string; readonly labels?: Record<string, string> };
  readonly data?: Readonly<Record<string, string>>;
}

const files = 'charts/antenna/files';
const folders = [`${files}/alerts`, `${files}/dashboards`, `${files}/throttle-rules`, 'k8s/local'];

const withKubectl = describeWith('kubectl');

withKubectl('the folders that kustomize renders (skipped without kubectl)', () => {
  it('are all folders with a kustomization.yaml', () => {
    const found = globSync('{charts,k8s}/**/kustomization.yaml').map((file) => dirname(file));
    expect(found.toSorted()).toEqual(folders);
  });

  it.each(folders)('contain objects that match the schemas of Kubernetes: %s', (folder) => {
    const objects = kustomize(folder);
    expect(objects.length).toBeGreaterThan(0);
    for (const version of schemaVersions()) {
      const schemas = new CoreSchemas(version);
      for (const object of objects) expect(schemas.problems(object)).toEqual([]);
    }
  });

  it('contain the unchanged throttle rules, under the key that throttle-config reads', () => {
    const [rules, acceptAll] = kustomize(`${files}/throttle-rules`);
    expect(rules?.metadata.name).toBe('throttle-rules');
    expect(rules?.data).toEqual({ 'ruleset.yaml': read(`${files}/throttle-rules/mozilla.yaml`) });
    expect(acceptAll?.metadata.name).toBe('throttle-rules-accept-all');
    expect(acceptAll?.data).toEqual({
      'ruleset.yaml': read(`${files}/throttle-rules/accept-all.yaml`),
    });
  });

  it('contain every dashboard, with the label by which Grafana selects it', () => {
    const objects = kustomize(`${files}/dashboards`);
    for (const { metadata } of objects) expect(metadata.labels).toEqual({ grafana_dashboard: '1' });
    const dashboards = globSync('*.json', { cwd: `${files}/dashboards` });
    expect(dashboards).not.toEqual([]);
    expect(Object.assign({}, ...objects.map(({ data }) => data))).toEqual(
      Object.fromEntries(dashboards.map((file) => [file, read(`${files}/dashboards/${file}`)])),
    );
  });

  it('contain the alert rules', () => {
    const file = 'antenna.rules.yaml';
    expect(kustomize(`${files}/alerts`)[0]?.data).toEqual({
      [file]: read(`${files}/alerts/${file}`),
    });
  });

  it('create the objects that the chart values for a local cluster name', () => {
    const { aws } = parse(read('charts/antenna/ci/local-values.yaml')) as LocalValues;
    const objects = kustomize('k8s/local');
    const named = (kind: string): Rendered | undefined =>
      objects.find((object) => object.kind === kind);
    const { metadata, spec } = named('Service') as Rendered & {
      spec: { ports: { port: number }[] };
    };
    const url = `http://${metadata.name}:${spec.ports[0]?.port}`;
    expect([aws.s3.endpoint, aws.sqs.endpoint]).toEqual([url, url]);
    expect(named('Secret')?.metadata.name).toBe(aws.credentials.existingSecret);
    expect(Object.keys(named('Secret')?.data ?? {}).toSorted()).toEqual([
      'access-key-id',
      'secret-access-key',
    ]);
  });
});

interface LocalValues {
  readonly aws: {
    readonly s3: { readonly endpoint: string };
    readonly sqs: { readonly endpoint: string };
    readonly credentials: { readonly existingSecret: string };
  };
}

interface Skaffold {
  readonly build: { readonly artifacts: readonly Artifact[] };
  readonly deploy: { readonly helm: { readonly releases: readonly Release[] } };
}

interface Artifact {
  readonly image: string;
  readonly docker: { readonly target: string };
}

interface Release {
  readonly chartPath: string;
  readonly valuesFiles: readonly string[];
  readonly setValueTemplates: Readonly<Record<string, string>>;
}

describe('skaffold.yaml', () => {
  const file = parse(read('skaffold.yaml')) as Skaffold & {
    readonly profiles: readonly (Skaffold & {
      readonly manifests: { readonly kustomize: { readonly paths: readonly string[] } };
    })[];
  };
  const [local] = file.profiles;
  const values = parse(read('charts/antenna/values.yaml')) as unknown;
  const targets = [...read('Dockerfile').matchAll(/^FROM runtime AS (\S+)$/gm)]
    .map(([, target]) => target)
    .filter((target) => target !== 'standalone');

  it('builds each image of the Dockerfile but the one for a single machine, and the stand-in only for the local cluster', () => {
    expect(builtBy(local)).toEqual(targets);
    expect(builtBy(file)).toEqual(targets.filter((target) => target !== 'local-aws'));
    for (const { image, docker } of local?.build.artifacts ?? [])
      expect(image).toBe(`antenna-${docker.target}`);
  });

  it.each([
    ['every cluster', file as Skaffold],
    ['the local cluster', local],
  ])('sets the images that it built in existing values of the chart for %s', (_, config) => {
    const [release] = config?.deploy.helm.releases ?? [];
    expect(release?.chartPath).toBe('charts/antenna');
    const templates = Object.entries(release?.setValueTemplates ?? {});
    for (const [key, template] of templates) {
      expect(at(values, key)).toEqual(expect.any(String));
      const image = /^\{\{\.IMAGE_(?:REPO|TAG)_(\w+)\}\}$/.exec(template)?.[1];
      const images = config?.build.artifacts.map((artifact) => artifact.image.replaceAll('-', '_'));
      expect(images).toContain(image);
    }
    const deployed = targets.filter((target) => target !== 'local-aws');
    expect(templates).toHaveLength(2 * deployed.length);
  });

  it('deploys existing folders and values to the local cluster', () => {
    expect(local?.manifests.kustomize.paths).toEqual(['k8s/local']);
    const [release] = local?.deploy.helm.releases ?? [];
    expect(release?.valuesFiles.map((path) => parse(read(path)) !== null)).toEqual([true]);
  });
});

describe('k8s/local/stand-ins.json', () => {
  it('creates the buckets and queues that the chart names', () => {
    const init = JSON.parse(read('k8s/local/stand-ins.json')) as {
      buckets: string[];
      queues: { name: string; attributes?: { RedrivePolicy?: string } }[];
    };
    const { buckets, queues } = parse(read('charts/antenna/values.yaml')) as {
      buckets: { staging: { name: string }; crashes: { name: string } };
      queues: { intake: string; processing: string; deadLetter: string };
    };
    expect(init.buckets).toEqual([buckets.staging.name, buckets.crashes.name]);
    expect(init.queues.map(({ name }) => name).toSorted()).toEqual(
      Object.values(queues).toSorted(),
    );
    const intake = init.queues.find(({ name }) => name === queues.intake);
    expect(intake?.attributes?.RedrivePolicy).toContain(`:${queues.deadLetter}"`);
  });
});

function builtBy(config: Skaffold | undefined): readonly string[] | undefined {
  return config?.build.artifacts.map(({ docker }) => docker.target);
}

function kustomize(folder: string): Rendered[] {
  const run = spawnSync(kubectlProgram() ?? 'kubectl', ['kustomize', folder], {
    encoding: 'utf8',
  });
  expect(run.stderr).toBe('');
  return parseAllDocuments(run.stdout).map((document) => document.toJS() as Rendered);
}

/** The value at a path such as `ingest.image.tag`. */
function at(value: unknown, path: string): unknown {
  return path.split('.').reduce<unknown>((inner, key) => {
    return (inner as Record<string, unknown>)[key];
  }, value);
}

function read(path: string): string {
  return readFileSync(resolve(path), 'utf8');
}
