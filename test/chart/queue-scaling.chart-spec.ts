import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { afterAll, beforeAll, expect, it } from '@jest/globals';

import { temporaryDirectory, type TemporaryDirectory } from '#antenna/testing';

import {
  chartFolder,
  exampleValues,
  merged,
  render,
  type RenderedChart,
  type Values,
} from './support/chart.js';
import { chartWith } from './support/chart-copy.js';
import { describeWith } from './support/describe-with.js';

const withKeda = ['keda.sh/v1alpha1'];
const queueURL = 'https://sqs.eu-west-1.amazonaws.com/123456789012/antenna-intake';
const queue: Values = { queues: { intake: queueURL } };
const annotations = { 'eks.amazonaws.com/role-arn': 'arn:aws:iam::123456789012:role/crashmover' };
const role: Values = { crashmover: { serviceAccount: { annotations } } };
const keys: Values = { aws: { credentials: { existingSecret: 'keys' } } };
const asOperator = { authentication: { identityOwner: 'keda' } };
const operator: Values = { crashmover: { autoscaling: { keda: asOperator } } };
const withHelm = describeWith('helm');

let directory: TemporaryDirectory;
beforeAll(async () => {
  directory = await temporaryDirectory();
});
afterAll(async () => await directory.remove());

withHelm('crashmover by default', () => {
  it.each([
    ['the role of its ServiceAccount', role, { podIdentity: { identityOwner: 'workload' } }],
    ['access keys', keys, { secretTargetRef: [{ name: 'keys' }, { name: 'keys' }] }],
    ["the identity of KEDA's operator", operator, { podIdentity: { identityOwner: 'keda' } }],
  ])('follows the queue where KEDA is, with %s', (_title, identity, expected) => {
    const chart = render(merged(queue, identity), chartFolder, withKeda);
    expect(chart.the('ScaledObject', 'crashmover')['spec']).toMatchObject({
      minReplicaCount: 2,
      maxReplicaCount: 20,
      triggers: [{ metadata: { queueURL, awsRegion: 'us-east-1' } }],
    });
    expect(chart.the('TriggerAuthentication', 'crashmover')['spec']).toMatchObject(expected);
    expect(replicasOf(chart)).toBeUndefined();
  });

  it.each([
    ['without KEDA', merged(queue, role), [], 'keda.sh/v1alpha1'],
    ['without the URL of the queue', role, withKeda, 'crashmover.autoscaling.keda.queueURL'],
    ['without an identity', queue, withKeda, 'keda.authentication.identityOwner'],
  ])(
    'has a fixed number of pods %s, and the notes say why',
    async (_title, values, versions, reason) => {
      const chart = render(values, chartFolder, versions);
      expect(chart.ofKind('ScaledObject')).toEqual([]);
      expect(chart.ofKind('TriggerAuthentication')).toEqual([]);
      expect(replicasOf(chart)).toBe(2);
      const notes = await notesOf(values, versions);
      expect(notes).toMatch(/antenna-crashmover +2 pods\n/);
      expect(notes).toContain('crashmover is not scaled by its queue');
      expect(notes).toContain(reason);
    },
  );

  it('is scaled by the queue according to the notes, which have no warning about it', async () => {
    const notes = await notesOf(merged(queue, role), withKeda);
    expect(notes).toMatch(/antenna-crashmover +2-20 pods, scaled by the intake queue \(KEDA\)\n/);
    expect(notes).not.toContain('not scaled');
  });

  it('keeps a fixed number of pods with mode none, where KEDA is', async () => {
    const fixed = { crashmover: { autoscaling: { mode: 'none' } } };
    const values = merged(merged(queue, role), fixed);
    expect(replicasOf(render(values, chartFolder, withKeda))).toBe(2);
    expect(await notesOf(values, withKeda)).not.toContain('not scaled');
  });
});

withHelm.each(exampleValues())('with KEDA in the cluster, the chart with $file', ({ values }) => {
  it('sets the number of pods of crashmover either itself or by an autoscaler', () => {
    const chart = render(values, chartFolder, withKeda);
    const scalers = [
      ...chart.of('ScaledObject', 'crashmover'),
      ...chart.of('HorizontalPodAutoscaler', 'crashmover'),
    ];
    expect(scalers).toHaveLength(replicasOf(chart) === undefined ? 1 : 0);
  });
});

function replicasOf(chart: RenderedChart): number | undefined {
  return chart.workload('crashmover').spec.replicas;
}

/** The notes of a cluster with these APIs: `helm template` knows APIs but prints no notes, so a copy of the chart does. */
async function notesOf(values: Values, apiVersions: readonly string[]): Promise<string> {
  const copy = await chartWith(directory.path, {});
  const notes = await readFile(join(copy, 'templates/NOTES.txt'), 'utf8');
  await writeFile(
    join(copy, 'templates/notes.yaml'),
    `{{ define "notes" }}${notes}{{ end }}\nkind: Notes\nmetadata: { name: notes }\nnotes: {{ include "notes" . | toJson }}\n`,
  );
  return String(render(values, copy, apiVersions).named('Notes', 'notes')?.['notes']);
}
