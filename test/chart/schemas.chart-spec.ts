import { expect, it } from '@jest/globals';

import {
  CoreSchemas,
  type Manifest,
  type SchemaProblem,
  schemaVersions,
} from '../../tools/kubernetes/core-schemas.js';
import { customResourceProblems } from '../../tools/kubernetes/custom-resource-schemas.js';
import { describeWith } from './support/describe-with.js';

const versions = schemaVersions();

const withSchemas = describeWith('schemas of Kubernetes');
const withModels = describeWith('schemas of custom resources');

withSchemas('the schemas of the built-in kinds (skipped if they are not installed)', () => {
  const schemas = versions.map((version) => new CoreSchemas(version));

  it('cover at least two versions of Kubernetes', () => {
    expect(versions.length).toBeGreaterThan(1);
  });

  it('accept a valid object', () => {
    for (const schema of schemas) {
      expect(schema.problems(deployment({ image: 'x', ports: [{ containerPort: 1 }] }))).toEqual(
        [],
      );
    }
  });

  it('report an unknown field at any depth', () => {
    for (const schema of schemas) {
      const problems = schema.problems(deployment({ imagePullPolicies: 'Always' }));
      expect(text(problems)).toContain('/spec/template/spec/containers/0');
      expect(text(problems)).toContain('imagePullPolicies');
    }
  });

  it('report a wrong type', () => {
    for (const schema of schemas) {
      const problems = schema.problems(deployment({ ports: [{ containerPort: '8000' }] }));
      expect(text(problems)).toMatch(/containerPort.*integer/);
    }
  });

  it('report a missing field', () => {
    for (const schema of schemas) {
      const problems = schema.problems({ ...deployment({}), spec: {} });
      expect(text(problems)).toMatch(/required.*selector/);
    }
  });

  it('do not contain custom resources', () => {
    expect(
      schemas[0]?.problems({ apiVersion: 'keda.sh/v1alpha1', kind: 'ScaledObject' }),
    ).toBeUndefined();
  });
});

withModels('the schemas of custom resources (skipped if they are not installed)', () => {
  const scaledObject: Manifest = {
    apiVersion: 'keda.sh/v1alpha1',
    kind: 'ScaledObject',
    metadata: { name: 'x', labels: { any: 'thing' } },
    spec: {
      scaleTargetRef: { name: 'x' },
      maxReplicaCount: 3,
      advanced: {
        horizontalPodAutoscalerConfig: {
          behavior: { scaleUp: { policies: [{ type: 'Pods', value: 1, periodSeconds: 15 }] } },
        },
      },
      triggers: [{ type: 'aws-sqs-queue', metadata: { queueLength: '5' } }],
    },
  };
  const route: Manifest = {
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'HTTPRoute',
    metadata: { name: 'x' },
    spec: {
      parentRefs: [{ name: 'x' }],
      hostnames: ['reports.example.org'],
      rules: [
        {
          matches: [{ path: { type: 'PathPrefix', value: '/submit' } }],
          backendRefs: [{ name: 'x', port: 80 }],
        },
      ],
    },
  };
  const monitor: Manifest = {
    apiVersion: 'monitoring.coreos.com/v1',
    kind: 'PodMonitor',
    metadata: { name: 'x' },
    spec: {
      selector: { matchLabels: { app: 'x' } },
      podMetricsEndpoints: [{ port: 'metrics', interval: '30s' }],
    },
  };

  it.each([scaledObject, route, monitor])('accept a valid $kind', async (manifest) => {
    expect(await customResourceProblems(manifest)).toEqual([]);
  });

  it('report unknown fields at any depth', async () => {
    const spec = {
      ...spreadable(scaledObject['spec']),
      triggers: [{ type: 'x', metadata: {}, authRef: { name: 'x' } }],
    };
    expect(text(await customResourceProblems({ ...scaledObject, spec }))).toBe(
      '/spec/triggers/0/authRef unknown field',
    );
    const endpoints = {
      ...spreadable(monitor['spec']),
      podMetricsEndpoints: [{ port: 'x', every: '30s' }],
    };
    expect(text(await customResourceProblems({ ...monitor, spec: endpoints }))).toContain(
      '/every unknown field',
    );
  });

  it('report wrong types, missing fields and values outside their limits', async () => {
    const { triggers: _, ...without } = spreadable(scaledObject['spec']);
    expect(text(await customResourceProblems({ ...scaledObject, spec: without }))).toContain(
      'triggers',
    );
    const spec = { ...spreadable(scaledObject['spec']), maxReplicaCount: 'three' };
    expect(text(await customResourceProblems({ ...scaledObject, spec }))).toContain(
      'maxReplicaCount',
    );
    const hosts = { ...spreadable(route['spec']), hostnames: ['not a host'] };
    expect(text(await customResourceProblems({ ...route, spec: hosts }))).toContain(
      '/spec/hostnames/0',
    );
  });
});

function deployment(container: object): Manifest {
  const labels = { app: 'x' };
  const containers = [{ name: 'x', ...container }];
  const spec = {
    selector: { matchLabels: labels },
    template: { metadata: { labels }, spec: { containers } },
  };
  return { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'x' }, spec };
}

function spreadable(value: unknown): Record<string, unknown> {
  return value as Record<string, unknown>;
}

function text(problems: readonly SchemaProblem[] | undefined): string {
  return (problems ?? []).map(({ path, message }) => `${path} ${message}`).join('\n');
}
