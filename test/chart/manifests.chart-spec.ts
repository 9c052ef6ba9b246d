import { expect, it } from '@jest/globals';

import {
  CoreSchemas,
  type SchemaProblem,
  schemaVersions,
} from '../../tools/kubernetes/core-schemas.js';
import { customResourceProblems } from '../../tools/kubernetes/custom-resource-schemas.js';
import { chartFolder, chartMetadata, exampleValues, helm, render } from './support/chart.js';
import type { KubernetesObject } from './support/kubernetes-object.js';
import { describeWith } from './support/describe-with.js';

const oldest = Number(/1\.(\d+)/.exec(chartMetadata().kubeVersion)?.[1]);
const versions = schemaVersions().filter((version) => Number(version.split('.')[1]) >= oldest);

describeWith('helm').each(exampleValues())('$file', ({ values }) => {
  it('passes helm lint', () => {
    const { code, output, errors } = helm(
      ['lint', chartFolder, '--strict', '--values', '-'],
      values,
    );
    expect(`${output}${errors}`).toMatch(/1 chart\(s\) linted, 0 chart\(s\) failed/);
    expect(code).toBe(0);
  });

  it('gives each object a unique name', () => {
    const names = render(values).objects.map(
      ({ apiVersion, kind, metadata }) =>
        `${apiVersion} ${kind} ${metadata.namespace} ${metadata.name}`,
    );
    expect(new Set(names).size).toBe(names.length);
  });

  it('labels each object with its release and component', () => {
    for (const { kind, metadata } of render(values).objects) {
      expect({ kind, ...metadata.labels }).toMatchObject({
        'app.kubernetes.io/name': 'antenna',
        'app.kubernetes.io/instance': 'reports',
        'app.kubernetes.io/component': expect.any(String),
        'app.kubernetes.io/version': expect.any(String),
        'app.kubernetes.io/managed-by': 'Helm',
        'helm.sh/chart': expect.stringMatching(/^antenna-/),
      });
    }
  });
});

/** Manifests are validated against each version of Kubernetes that the chart supports. */
const withSchemas = describeWith('helm', 'schemas of Kubernetes', 'schemas of custom resources');

withSchemas(`built-in objects, to the schemas of Kubernetes ${versions.join(', ')}`, () => {
  const schemas = versions.map((version) => ({ version, core: new CoreSchemas(version) }));

  it('include the oldest version that the chart supports', () => {
    expect(versions[0]).toBe(`1.${oldest}`);
  });

  it.each(exampleValues())('are valid: $file', async ({ values }) => {
    const problems: string[] = [];
    expect(schemas).not.toEqual([]);
    for (const object of render(values).objects) {
      if (await customResourceProblems(object)) continue;
      for (const { version, core } of schemas) {
        const found = core.problems(object) ?? [{ path: '', message: 'has no schema' }];
        problems.push(...found.map((problem) => `${version}: ${shown(object, problem)}`));
      }
    }
    expect(problems).toEqual([]);
  });
});

describeWith('helm', 'schemas of custom resources')('custom resources', () => {
  it.each(exampleValues())('are valid: $file', async ({ values }) => {
    const problems: string[] = [];
    for (const object of render(values).objects) {
      const found = (await customResourceProblems(object)) ?? [];
      problems.push(...found.map((problem) => shown(object, problem)));
    }
    expect(problems).toEqual([]);
  });
});

function shown({ kind, metadata }: KubernetesObject, { path, message }: SchemaProblem): string {
  return `${kind} ${metadata.name} ${path} ${message}`;
}
