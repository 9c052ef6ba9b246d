/** Tools that render the chart and apply the objects over and over, as Argo CD does, leave to others what is theirs. */
import { readFileSync } from 'node:fs';

import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { parse, parseAllDocuments } from 'yaml';

import { ApiServer } from './support/api-server.js';
import { merged, release, render, type Values } from './support/chart.js';
import { describeWith } from './support/describe-with.js';
import type { KubernetesObject } from './support/kubernetes-object.js';

interface Application {
  readonly spec: {
    readonly source: {
      readonly helm: {
        readonly valueFiles: readonly string[];
        readonly valuesObject: { throttleRules: Values } & Values;
      };
    };
  };
}

interface HelmRelease {
  readonly spec: {
    readonly chart: { readonly spec: { readonly valuesFiles: readonly string[] } };
    readonly values: Values;
  };
}

const manifest = readFileSync('k8s/gitops/argo-cd.yaml', 'utf8');
const { valueFiles, valuesObject } = (parse(manifest) as Application).spec.source.helm;
const examples = valueFiles.map(
  (file) => parse(readFileSync(`charts/antenna/${file}`, 'utf8')) as Values,
);
const values = [...examples, valuesObject].reduce(merged, {});

describeWith('helm')('the Application for Argo CD', () => {
  it('has no hook that each sync would run, only the test, which Argo CD leaves out', () => {
    expect(hooksOf(values)).toEqual(['test']);
  });

  it('must not create the rules, which would be a hook of each sync', () => {
    expect(valuesObject.throttleRules['create']).toBe(false);
    const creating = merged(values, { throttleRules: { create: true } });
    expect(hooksOf(creating)).toContain('pre-install,pre-upgrade');
  });
});

describeWith('helm')('the HelmRelease for Flux', () => {
  it('has values that the chart accepts, and lets Helm create the rules once', () => {
    const documents = parseAllDocuments(readFileSync('k8s/gitops/flux.yaml', 'utf8'));
    const [, { spec }] = documents.map((found) => found.toJSON() as unknown) as [
      unknown,
      HelmRelease,
    ];
    const files = spec.chart.spec.valuesFiles.map(
      (file) => parse(readFileSync(file, 'utf8')) as Values,
    );
    expect(files.length).toBeGreaterThan(1);
    const created = [...files, spec.values].reduce(merged, {});
    expect(hooksOf(created)).toEqual(expect.arrayContaining(['pre-install,pre-upgrade']));
  });
});

const withServer = describeWith('helm', 'kubectl', 'kube-apiserver');

withServer('a sync of Argo CD (skipped without KUBEBUILDER_ASSETS)', () => {
  const prefix = `${release.name}-antenna`;
  let server: ApiServer;

  beforeAll(async () => {
    server = await ApiServer.start();
    sync();
  });
  afterAll(async () => await server.close());

  function sync(over: Values = {}): void {
    // The server has no custom resources; the neighbours' spec checks theirs.
    const objects = render(merged(values, over)).objects.filter(
      (object) => !isHook(object) && !object.apiVersion.startsWith('keda.sh/'),
    );
    const list = JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects });
    const flags = ['--server-side', '--force-conflicts', '--field-manager=argocd-controller'];
    const { code, errors } = server.kubectl(['apply', ...flags, '-f', '-'], list);
    expect([code, errors]).toEqual([0, '']);
  }

  it('keeps edits of the rules, their status and their history', () => {
    const literal = '--from-literal=ruleset.yaml=by the product owners';
    server.kubectl(['create', 'configmap', 'throttle-rules', literal]);
    server.patch('configmap', `${prefix}-throttle-rules-status`, { data: { status: 'live' } });
    const history = { binaryData: { 'history.json.gz': 'aGlzdG9yeQ==' } };
    server.patch('configmap', `${prefix}-throttle-rules-history`, history);

    sync({ logging: { level: 'debug' } });

    const changed = server.field('configmap', `${prefix}-ingest`, '.data.LOG_LEVEL');
    expect(changed).toBe('debug');
    const rules = server.field('configmap', 'throttle-rules', String.raw`.data.ruleset\.yaml`);
    expect(rules).toBe('by the product owners');
    expect(server.field('configmap', `${prefix}-throttle-rules-status`, '.data.status')).toBe(
      'live',
    );
    const kept = String.raw`.binaryData.history\.json\.gz`;
    expect(server.field('configmap', `${prefix}-throttle-rules-history`, kept)).toBe(
      'aGlzdG9yeQ==',
    );
  });

  it('keeps the number of pods that an autoscaler has chosen', () => {
    const scaled = { ingest: { autoscaling: { enabled: true } } };
    const pods = ['statefulset', `${prefix}-ingest`, '--replicas=7'];
    server.kubectl(['scale', ...pods]);
    sync(scaled);
    sync(merged(scaled, { logging: { level: 'warn' } }));
    expect(server.field('statefulset', `${prefix}-ingest`, '.spec.replicas')).toBe('7');
  });
});

function hooksOf(over: Values): readonly (string | undefined)[] {
  return render(over)
    .objects.filter(isHook)
    .map(({ metadata }) => metadata.annotations?.['helm.sh/hook']);
}

function isHook({ metadata }: KubernetesObject): boolean {
  return metadata.annotations?.['helm.sh/hook'] !== undefined;
}
