import { expect, it } from '@jest/globals';

import { CoreSchemas, schemaVersions } from '../../tools/kubernetes/core-schemas.js';
import { customResourceProblems } from '../../tools/kubernetes/custom-resource-schemas.js';
import { chartFolder, chartMetadata, exampleValues, helm, render } from './support/chart.js';
import { whereThereIs } from './support/where-there-is.js';

const oldest = Number(/1\.(\d+)/.exec(chartMetadata().kubeVersion)?.[1]);
const versions = schemaVersions().filter((version) => Number(version.split('.')[1]) >= oldest);

whereThereIs('helm').each(exampleValues())('$file', ({ values }) => {
  it('passes helm lint', () => {
    const { code, output, errors } = helm(
      ['lint', chartFolder, '--strict', '--values', '-'],
      values,
    );
    expect(`${output}${errors}`).toMatch(/1 chart\(s\) linted, 0 chart\(s\) failed/);
    expect(code).toBe(0);
  });

  it('gives each object a name of its own', () => {
    const names = render(values).objects.map(
      ({ apiVersion, kind, metadata }) =>
        `${apiVersion} ${kind} ${metadata.namespace} ${metadata.name}`,
    );
    expect(new Set(names).size).toBe(names.length);
  });

  it('says in each object what it belongs to', () => {
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

/** Manifests are validated once in each version of the API that the chart says it is for. */
const withSchemas = whereThereIs('helm', 'schemas of Kubernetes', 'schemas of custom resources');

withSchemas(`the manifests, to the schemas of Kubernetes ${versions.join(', ')}`, () => {
  const schemas = versions.map((version) => ({ version, core: new CoreSchemas(version) }));

  it('begin with the oldest version that the chart is for', () => {
    expect(versions[0]).toBe(`1.${oldest}`);
  });

  it.each(exampleValues())('are valid: $file', async ({ values }) => {
    const problems: string[] = [];
    for (const object of render(values).objects) {
      const name = `${object.kind} ${object.metadata.name}`;
      const custom = await customResourceProblems(object);
      for (const { path, message } of custom ?? []) problems.push(`${name} ${path} ${message}`);
      if (custom) continue;
      for (const { version, core } of schemas) {
        const found = core.problems(object) ?? [{ path: '', message: 'has no schema' }];
        for (const { path, message } of found) {
          problems.push(`${version}: ${name} ${path} ${message}`);
        }
      }
    }
    expect(problems).toEqual([]);
  });
});
