import { afterAll, beforeAll, expect, it } from '@jest/globals';

import { temporaryDirectory, type TemporaryDirectory } from '#antenna/testing';

import { chartWith } from './support/chart-copy.js';
import { exampleValues, merged, render, type RenderedChart, type Values } from './support/chart.js';
import type { Workload } from './support/kubernetes-object.js';
import { describeWith } from './support/describe-with.js';

/** Values that a user can change in a running release without preparation. */
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
  nextChart = await chartWith(directory.path, { version: '99.1.2', appVersion: '99.3.4' });
});

afterAll(async () => await directory.remove());

describeWith('helm').each(exampleValues())('an upgrade with $file', ({ values }) => {
  const upgraded = () => render(merged(values, changes), nextChart);

  it('changes labels, images and settings', () => {
    const [before, after] = [render(values), upgraded()].map((chart) => chart.workload('ingest'));
    expect(after?.metadata.labels?.['app.kubernetes.io/version']).toBe('99.3.4');
    const checksum = 'checksum/config';
    expect(after?.spec.template.metadata.annotations?.[checksum]).not.toBe(
      before?.spec.template.metadata.annotations?.[checksum],
    );
  });

  it('changes no immutable field', () => {
    expect(upgraded().workloads.map(immutable)).toEqual(render(values).workloads.map(immutable));
  });

  it('keeps the selectors of Services and disruption budgets', () => {
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
