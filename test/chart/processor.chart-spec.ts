import { expect, it } from '@jest/globals';

import { exampleValues, render, type RenderedChart } from './support/chart.js';
import { environmentOf } from './support/environment.js';
import { describeWith } from './support/describe-with.js';

const example = exampleValues().find(({ file }) => file === 'processor-values.yaml');
const chart = (): RenderedChart => render(example?.values);
const GiB = 1024 ** 3;

function argsOf(chartOf: RenderedChart): readonly string[] {
  const job = chartOf.pods.find(({ owner }) => owner === 'CronJob reports-antenna-doctor');
  return job?.spec.containers[0]?.args ?? [];
}

const withHelm = describeWith('helm');

withHelm('the processor', () => {
  it('is off by default, without a trace in any object but alerts', () => {
    expect(render().has('processor')).toBe(false);
    expect(JSON.stringify(render().objects)).not.toContain('antenna-processor');
  });

  it('takes ids from a queue of its own, on which crashmover does not publish', () => {
    const queue = 'https://sqs.us-east-1.amazonaws.com/123456789012/antenna-processing';
    expect(environmentOf(chart(), 'processor').values).toMatchObject({
      PROCESSING_QUEUE: queue,
      PROCESSING_DEAD_LETTER_QUEUE: 'antenna-processing-dead-letter',
    });
    expect(environmentOf(chart(), 'crashmover').values).toMatchObject({
      PROCESSING_QUEUE: 'antenna-published',
    });
    const { triggers } = chart().the('ScaledObject', 'processor')['spec'] as {
      triggers: readonly { metadata: object }[];
    };
    expect(triggers).toMatchObject([{ metadata: { queueURL: queue, queueLength: '4' } }]);
  });

  it('knows nothing of staging and the intake queue', () => {
    const names = Object.keys(environmentOf(chart(), 'processor').values);
    expect(names).toContain('CRASH_BUCKET');
    expect(names.filter((name) => /^(STAGING|INTAKE|DEAD_LETTER)/.test(name))).toEqual([]);
  });

  it('has a symbol cache that fits into its volume with eight unfinished downloads', () => {
    const { SYMBOL_CACHE_BYTES: cache = '', SYMBOL_CACHE_DIR: directory } = environmentOf(
      chart(),
      'processor',
    ).values;
    const volume = 10 * GiB;
    expect(Number.parseInt(cache, 10) + 8 * 0.5 * GiB).toBeLessThan(volume);
    expect(Number.parseInt(cache, 10)).toBeGreaterThan(volume / 2);
    const { containers, volumes } = chart().workload('processor').spec.template.spec;
    const mount = containers[0]?.volumeMounts?.find(({ mountPath }) => mountPath === directory);
    expect(volumes?.find(({ name }) => name === mount?.name)).toMatchObject({
      emptyDir: { sizeLimit: '10Gi' },
    });
  });

  it('reaches DNS, AWS and its symbol servers, and admits only readers of metrics', () => {
    const { ingress, egress } = chart().the('NetworkPolicy', 'processor')['spec'] as {
      ingress: readonly { ports: readonly { port: number }[]; from?: unknown }[];
      egress: readonly { ports: readonly { port: number }[]; to?: unknown }[];
    };
    expect(ingress).toMatchObject([{ ports: [{ port: 8003 }], from: [{}] }]);
    expect(egress.map(({ ports, to }) => [ports.map(({ port }) => port), to])).toEqual([
      [[53, 53], undefined],
      [[443], undefined],
      [[443], [{ ipBlock: { cidr: '192.0.2.0/24' } }]],
    ]);
  });

  it('has its identity tried by the doctor', () => {
    const jobs = chart().pods.filter(({ component }) => component === 'doctor');
    expect(
      jobs.map(({ spec }) => [spec.serviceAccountName, spec.containers[0]?.args?.slice(0, 3)]),
    ).toContainEqual(['reports-antenna-processor', ['doctor', '--as', 'processor']]);
    const [container] =
      jobs.find(({ owner }) => owner?.endsWith('-processor'))?.spec.containers ?? [];
    expect(container?.env).toContainEqual({
      name: 'PROCESSING_QUEUE',
      value: environmentOf(chart(), 'processor').values['PROCESSING_QUEUE'],
    });
  });

  it('has a redrive policy that the doctor checks, unless it takes from a queue of its own', () => {
    expect(argsOf(chart()).join(' ')).toContain('--skip processing.redrive');
    const shared = render({
      processor: { enabled: true },
      tests: { readQueue: false },
      doctor: { enabled: true },
    });
    expect(argsOf(shared)).toContain('doctor');
    expect(argsOf(shared)).not.toContain('--skip');
  });

  it('has its dead-letter queue known to the doctor and the command line', () => {
    const { values = {} } = example ?? {};
    const withCli = render({ ...values, cli: { enabled: true } });
    const pods = withCli.pods.filter(({ component }) => ['cli', 'doctor'].includes(component));
    expect(pods.length).toBeGreaterThan(2);
    for (const { spec } of pods) {
      expect(spec.containers[0]?.env).toContainEqual({
        name: 'PROCESSING_DEAD_LETTER_QUEUE',
        value: 'antenna-processing-dead-letter',
      });
    }
  });
});
