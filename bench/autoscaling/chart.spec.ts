import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';

import { IngestConfig } from '../../apps/ingest/src/ingest.config.js';
import { cores, readChart } from './chart.js';

const chart = fileURLToPath(new URL('../../charts/antenna', import.meta.url));

describe('readChart', () => {
  it('reads the scaling from templates and values', async () => {
    const { crashmover, ingest } = await readChart(chart);
    expect(crashmover.behavior.scaleUp.policies.length).toBeGreaterThan(0);
    expect(crashmover.behavior.scaleDown).toMatchObject({
      stabilizationWindowSeconds: 300,
      policies: [{ type: 'Percent', periodSeconds: 60 }],
    });
    expect(ingest.behavior.scaleDown.policies).toEqual([
      { type: 'Pods', value: 1, periodSeconds: 60 },
    ]);
    expect(ingest.targetUtilization).toBeGreaterThan(0);
  });

  it('finds a target below the slots of a crashmover pod, so that a full pod adds another', async () => {
    const { crashmover } = await readChart(chart);
    expect(crashmover.queueLength * new IngestConfig().shipBatchCount * 1.1).toBeLessThan(
      crashmover.pod.concurrency,
    );
  });

  it('fails without a chart', async () => {
    await expect(readChart('nowhere')).rejects.toThrow('ENOENT');
  });
});

describe('cores', () => {
  it.each([
    ['250m', 0.25],
    ['2', 2],
    ['1.5', 1.5],
  ])('reads %s as %d cores', (quantity, expected) => {
    expect(cores(quantity)).toBe(expected);
  });

  it('rejects another quantity', () => {
    expect(() => cores('2Gi')).toThrow('2Gi is not an amount of CPU');
  });
});
