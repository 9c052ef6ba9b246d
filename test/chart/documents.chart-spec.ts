import { existsSync, readdirSync, readFileSync } from 'node:fs';

import { expect, it } from '@jest/globals';
import { parse } from 'yaml';

import { merged, render, type Values } from './support/chart.js';
import { describeWith } from './support/describe-with.js';

const documents = [
  'install',
  'eks',
  'upgrade',
  'autoscaling',
  'capacity',
  'security',
  'local-cluster',
  'crash-stats',
];
const sections = new Set([
  'ingest',
  'crashmover',
  'processor',
  'crashIndex',
  'crashStats',
  'throttleConfig',
  'throttleRules',
  'networkPolicy',
]);
const values = parse(read('charts/antenna/values.yaml')) as Values;

const withHelm = describeWith('helm');

withHelm('the values in docs/install.md', () => {
  const [minimal = {}, production = {}, ...more] = blocksOf('install');

  it('are a minimal set that can be installed alone and a production set on top of it', () => {
    expect(more).toEqual([]);
    expect(render(minimal).has('throttle-config')).toBe(true);
    const chart = render(merged(minimal, production));
    expect(chart.ofKind('HTTPRoute')).toHaveLength(1);
    expect(chart.ofKind('ScaledObject')).toHaveLength(1);
    expect(chart.ofKind('NetworkPolicy').length).toBeGreaterThan(3);
  });

  it('name the ServiceAccounts to which the roles are bound', () => {
    const values = {
      fullnameOverride: 'antenna',
      cli: { enabled: true },
      processor: { enabled: true, queue: 'x' },
      crashIndex: { url: 'https://x' },
      crashStats: {
        enabled: true,
        auth: { proxySecret: { existingSecret: 'x' }, networks: ['::/0'], viewerGroups: ['x'] },
      },
      doctor: { enabled: true },
    };
    const accounts = render(values).ofKind('ServiceAccount');
    const named = [...read('docs/install.md').matchAll(/^role [\w-]+ "\$NAMESPACE" (\S+)$/gm)];
    expect(named).toHaveLength(7);
    expect(accounts.map(({ metadata }) => metadata.name)).toEqual(
      expect.arrayContaining(named.map(([, account]) => account)),
    );
  });
});

withHelm.each(documents)('docs/%s.md', (document) => {
  const page = read(`docs/${document}.md`);

  it('names only values that exist in the chart', () => {
    const named = valuesNamedIn(page);
    expect(named.filter((path) => !isValue(path))).toEqual([]);
  });

  it('refers only to existing files of k8s', () => {
    const files = filesNamedIn(page);
    expect(files.filter((file) => !existsSync(file))).toEqual([]);
  });
});

withHelm('the documents', () => {
  it('name values and files of k8s', () => {
    const pages = documents.map((document) => read(`docs/${document}.md`));
    expect(pages.flatMap(valuesNamedIn).length).toBeGreaterThan(20);
    expect(pages.flatMap(filesNamedIn).length).toBeGreaterThan(5);
  });
});

withHelm('docs/install.md', () => {
  it('uses each definition of k8s/aws and k8s/iam', () => {
    const page = read('docs/install.md')
      .replaceAll(/for queue in ([\w -]+);/g, (_, names: string) =>
        names.replaceAll(/\S+/g, '$&-queue.json'),
      )
      .replaceAll(/^role ([\w-]+)/gm, 'k8s/iam/$1.json');
    const files = ['k8s/aws', 'k8s/iam'].flatMap((folder) => readdirSync(folder));
    expect(files.length).toBeGreaterThan(10);
    expect(files.filter((file) => !page.includes(file))).toEqual([]);
  });
});

function valuesNamedIn(page: string): string[] {
  return [...page.matchAll(/`([a-zA-Z]+(?:\.[a-zA-Z]+)+)(?:[:=][^`]*)?`/g)]
    .map(([, path = '']) => path)
    .filter((path) => sections.has(path.split('.')[0] ?? ''));
}

function filesNamedIn(page: string): string[] {
  return [...page.matchAll(/\bk8s\/[\w./-]*\w/g)].map(([file]) => file);
}

function blocksOf(document: string): Values[] {
  const blocks = read(`docs/${document}.md`).matchAll(/^```yaml\n(.*?)^```$/gms);
  return [...blocks].map(([, block = '']) => parse(block) as Values);
}

function isValue(path: string): boolean {
  let inner: unknown = values;
  for (const key of path.split('.')) {
    if (typeof inner !== 'object' || inner === null || !Object.hasOwn(inner, key)) return false;
    inner = (inner as Values)[key];
  }
  return true;
}

function read(path: string): string {
  return readFileSync(path, 'utf8');
}
