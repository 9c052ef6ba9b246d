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

withHelm('the CronJobs of the doctor', () => {
  const keys = { awsCredentials: { existingSecret: 'keys-of-ingest' } };
  const chart = () => render({ doctor: { enabled: true, extraArgs: ['--strict'] }, ingest: keys });
  const podOf = (name: string) => {
    const { spec } = chart().pods.find(({ owner }) => owner === `CronJob ${name}`) ?? {};
    const [container] = spec?.containers ?? [];
    return { account: spec?.serviceAccountName, ...container };
  };

  it('exist only if they are enabled, and are suspended without a schedule', () => {
    expect(render().ofKind('CronJob')).toEqual([]);
    const suspended = chart().ofKind('CronJob');
    expect(suspended).toHaveLength(3);
    for (const { spec } of suspended) expect(spec).toMatchObject({ suspend: true });
    const scheduled = render({ doctor: { enabled: true, schedule: '0 * * * *' } });
    for (const { spec } of scheduled.ofKind('CronJob'))
      expect(spec).toMatchObject({ suspend: false, schedule: '0 * * * *' });
  });

  it('have names that Kubernetes accepts, also in a release with a long name', () => {
    const values = { doctor: { enabled: true }, fullnameOverride: `antenna-${'x'.repeat(60)}` };
    const names = render(values)
      .ofKind('CronJob')
      .map(({ metadata }) => metadata.name);
    expect(new Set(names).size).toBe(3);
    for (const name of names) expect(name.length).toBeLessThanOrEqual(52);
  });

  it('check the services of the release with an identity that reads settings', () => {
    const { account, args } = podOf('reports-antenna-doctor');
    expect(account).toBe(chart().the('ServiceAccount', 'doctor').metadata.name);
    expect(args).toEqual([
      'doctor',
      '--ingest-url',
      'http://reports-antenna-ingest:8000',
      '--throttle-config-url',
      'http://reports-antenna-throttle-config:8001',
      '--strict',
    ]);
  });

  it.each(['ingest', 'crashmover'])('try what %s can do, with its identity', (component) => {
    const { account, args } = podOf(`reports-antenna-doctor-${component}`);
    expect(account).toBe(chart().workload(component).spec.template.spec.serviceAccountName);
    expect(args).toEqual(['doctor', '--as', component, '--strict']);
  });

  it('have the access keys of their identity', () => {
    const [own, other] = ['ingest', 'crashmover'].map((component) =>
      JSON.stringify(podOf(`reports-antenna-doctor-${component}`).env),
    );
    expect(own).toContain('keys-of-ingest');
    expect(other).not.toContain('keys-of-ingest');
  });

  it('pass only options that the command line has', async () => {
    const help = await startProcess(['dist/apps/cli/src/main.js', 'doctor', '--help']);
    await help.exit;
    const known = new Set(help.stdout.join('\n').match(/--[\w-]+/g));
    const given = chart().pods.flatMap(({ component, spec }) =>
      component === 'doctor' ? spec.containers.flatMap(({ args = [] }) => args) : [],
    );
    expect(given.filter((one) => one.startsWith('--') && !known.has(one))).toEqual([]);
  });
});
