import { expect, it } from '@jest/globals';

import { startProcess } from '#antenna/testing';

import { render } from './support/chart.js';
import { describeWith } from './support/describe-with.js';
import { environmentOf } from './support/environment.js';

const withHelm = describeWith('helm');

withHelm('the pod of the command line', () => {
  it('exists only if it is enabled', () => {
    expect(render().has('cli')).toBe(false);
    expect(render({ cli: { enabled: true } }).has('cli')).toBe(true);
  });

  it('has the stores, queues and address of the release, and an identity of its own', () => {
    const chart = render({ cli: { enabled: true } });
    const { values } = environmentOf(chart, 'cli');
    const crashmover = environmentOf(chart, 'crashmover').values;
    const names = [
      'BACKEND',
      'STAGING_BUCKET',
      'CRASH_BUCKET',
      'INTAKE_QUEUE',
      'DEAD_LETTER_QUEUE',
    ];
    for (const name of names) expect([name, values[name]]).toEqual([name, crashmover[name]]);
    expect(values['THROTTLE_CONFIG_URL']).toMatch(/^http:\/\/.*-throttle-config:8001$/);
    expect(values['NODE_OPTIONS']).toBe('');
    const { serviceAccountName } = chart.workload('cli').spec.template.spec;
    expect(serviceAccountName).not.toBe(
      chart.workload('crashmover').spec.template.spec.serviceAccountName,
    );
    expect(chart.the('ServiceAccount', 'cli').metadata.name).toBe(serviceAccountName);
  });

  it('waits, and ends with SIGTERM', async () => {
    const chart = render({ cli: { enabled: true } });
    const [container] = chart.workload('cli').spec.template.spec.containers;
    const { command = [] } = container as { command?: string[] };
    const [program, ...args] = command;
    expect(program).toBe('node');
    // The process says when its listener is there.
    const [option = '', script = ''] = args;
    const waiting = await startProcess([option, `${script}; console.log('waiting')`]);
    await waiting.waitForLine('waiting');
    waiting.kill('SIGTERM');
    expect(await waiting.exit).toEqual({ code: 0, signal: null });
  });
});
