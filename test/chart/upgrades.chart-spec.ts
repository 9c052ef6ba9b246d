import { cp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { afterAll, beforeAll, expect, it } from '@jest/globals';

import { temporaryDirectory, type TemporaryDirectory } from '#antenna/testing';

import {
  chartFolder,
  exampleValues,
  render,
  type RenderedChart,
  type Values,
} from './support/chart.js';
import type { Workload } from './support/kubernetes-object.js';
import { whereThereIs } from './support/where-there-is.js';

/** All that a user may change about a running release without a thought. */
const changes: Values = {
  commonLabels: { team: 'other' },
  image: { tag: 'other', registry: 'other.example.org' },
  logging: { level: 'debug' },
  ingest: {
    podLabels: { other: 'x' },
    podAnnotations: { other: 'x' },
    uploadTimeout: '3m',
    minReadySeconds: 3,
  },
  crashmover: { podLabels: { other: 'x' }, settings: { CONCURRENCY: 7 } },
  throttleConfig: { podLabels: { other: 'x' } },
};

let directory: TemporaryDirectory;
let nextChart: string;

beforeAll(async () => {
  directory = await temporaryDirectory();
  nextChart = join(directory.path, 'antenna');
  await cp(chartFolder, nextChart, { recursive: true });
  const file = join(nextChart, 'Chart.yaml');
  const text = await readFile(file, 'utf8');
  const next = text
    .replace(/^version: .*$/m, 'version: 99.1.2')
    .replace(/^appVersion: .*$/m, 'appVersion: 99.3.4');
  await writeFile(file, next);
});

afterAll(async () => await directory.remove());

whereThereIs('helm').each(exampleValues())('an upgrade with $file', ({ values }) => {
  const upgraded = () => render(merged(values, changes), nextChart);

  it('is one: labels, images and settings change', () => {
    const [before, after] = [render(values), upgraded()].map((chart) => chart.workload('ingest'));
    expect(after?.metadata.labels?.['app.kubernetes.io/version']).toBe('99.3.4');
    const checksum = 'checksum/config';
    expect(after?.spec.template.metadata.annotations?.[checksum]).not.toBe(
      before?.spec.template.metadata.annotations?.[checksum],
    );
  });

  it('changes nothing that Kubernetes lets nobody change', () => {
    expect(upgraded().workloads.map(immutable)).toEqual(render(values).workloads.map(immutable));
  });

  it('leaves Services and disruption budgets with the pods of both versions', () => {
    expect(selectorsOf(upgraded())).toEqual(selectorsOf(render(values)));
  });
});

function immutable({ kind, metadata, spec }: Workload) {
  const { selector, serviceName, volumeClaimTemplates } = spec;
  return { kind, name: metadata.name, selector, serviceName, volumeClaimTemplates };
}

function selectorsOf(chart: RenderedChart): unknown[] {
  return [...chart.ofKind('Service'), ...chart.ofKind('PodDisruptionBudget')].map(
    ({ metadata, spec }) => [metadata.name, (spec as { selector: unknown }).selector],
  );
}

function merged(values: Values, changed: Values): Values {
  const both = Object.entries(changed).map(([key, value]) => {
    const before = values[key];
    return [key, isMap(before) && isMap(value) ? merged(before, value) : value];
  });
  return { ...values, ...Object.fromEntries(both) };
}

function isMap(value: unknown): value is Values {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
