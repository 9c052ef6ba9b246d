import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';

import { cores, readChart } from './chart.js';

const chart = fileURLToPath(new URL('../../charts/antenna', import.meta.url));

describe('the scaling of the chart', () => {
  it('is what its templates and values say', async () => {
    const { crashmover, ingest } = await readChart(chart);
    expect(crashmover.behavior.scaleUp.policies.length).toBeGreaterThan(0);
    expect(crashmover.behavior.scaleDown).toMatchObject({
      stabilizationWindowSeconds: 300,
      selectPolicy: 'Max',
      policies: [{ type: 'Percent', periodSeconds: 60 }],
    });
    expect(ingest.behavior.scaleDown.policies).toEqual([
      { type: 'Pods', value: 1, periodSeconds: 60 },
    ]);
    expect(ingest.targetUtilization).toBeGreaterThan(0);
  });

  it('keeps a pod of crashmover below all its slots, so that a full one asks for another', async () => {
    const { crashmover } = await readChart(chart);
    expect(crashmover.queueLength * 1.1).toBeLessThan(crashmover.pod.concurrency);
  });

  it('needs a chart', async () => {
    await expect(readChart('nowhere')).rejects.toThrow('ENOENT');
  });
});

describe('an amount of CPU', () => {
  it.each([
    ['250m', 0.25],
    ['2', 2],
    ['1.5', 1.5],
  ])('%s is %d cores', (text, expected) => {
    expect(cores(text)).toBe(expected);
  });

  it('is not just anything', () => {
    expect(() => cores('2Gi')).toThrow('2Gi is no amount of CPU');
  });
});
