/** Runs the three services and `helm test` with the rendered environment, on stand-ins for AWS. */
import { readFile } from 'node:fs/promises';

import { afterEach, beforeEach, expect, it } from '@jest/globals';

import { temporaryDirectory, type TemporaryDirectory } from '#antenna/testing';

import type { SystemtestDocument } from '../systemtest-process.js';
import { LoopbackCluster } from './cluster/loopback-cluster.js';
import type { Pod } from './cluster/pod.js';
import {
  exampleValues,
  merged,
  podName,
  render,
  type RenderedChart,
  type Values,
} from './support/chart.js';
import { environmentOf } from './support/environment.js';
import { describeWith } from './support/describe-with.js';

const standInAddress = 'stand-in:4566';

/** Reachable buckets and queues, and JSON output of the test. */
const onStandIns: Values = {
  aws: {
    s3: { endpoint: `http://${standInAddress}`, pathStyle: true },
    sqs: { endpoint: `http://${standInAddress}` },
  },
  tests: {
    extraArgs: ['--json', '--crashmover-url', `http://${podName('crashmover', 0)}:8002`],
  },
};

/** Every secret of the example values, with a valid value. */
const secrets = new Map([
  ...['stand-in', 'antenna', 'antenna-ingest', 'antenna-crashmover', 'antenna-test'].flatMap(
    (owner): [string, string][] => [
      [`${owner}-access-keys/access-key-id`, 'stand-in'],
      [`${owner}-access-keys/secret-access-key`, 'stand-in'],
      [`${owner}-access-keys/AWS_ACCESS_KEY_ID`, 'stand-in'],
      [`${owner}-access-keys/AWS_SECRET_ACCESS_KEY`, 'stand-in'],
    ],
  ),
  // Nothing listens there: a service must not fail because it cannot report errors.
  ['antenna-sentry/dsn', 'http://key@127.0.0.1:1/1'],
  ['antenna-broken-token/token', 'broken'],
  ['antenna-submitter-token/token', 'submitter'],
]);

/** Examples with different environments of the services. */
const chosen = ['default', 'local', 'existing-secrets', 'no-throttle-config', 'throttle-rules'];
const examples = chosen.map((name) => {
  const example = exampleValues().find(({ file }) => file === `${name}-values.yaml`);
  if (!example) throw new Error(`unknown example ${name}`);
  return example;
});

let directory: TemporaryDirectory;
let cluster: LoopbackCluster;

beforeEach(async () => {
  directory = await temporaryDirectory();
});
afterEach(async () => {
  await cluster.close();
  await directory.remove();
});

/** Starts a pod of each component behind its Service, and waits until it is ready. */
async function startAll(chart: RenderedChart): Promise<Map<string, Pod>> {
  cluster = await LoopbackCluster.of(chart, {
    directory: directory.path,
    standInAddress,
    secrets,
    scale: 1,
  });
  const pods = new Map<string, Pod>();
  for (const component of ['throttle-config', 'crashmover', 'ingest']) {
    if (!chart.has(component)) continue;
    const pod = await cluster.startPod(chart, component, podName(component, 0));
    await pod.ready();
    if (component !== 'crashmover') cluster.service(component).add(pod.port);
    pods.set(component, pod);
  }
  return pods;
}

/** The names of all variables of a running process. */
async function variablesOf({ process }: Pod): Promise<string[]> {
  const text = await readFile(`/proc/${process.pid}/environ`, 'utf8');
  return text
    .split('\0')
    .filter((line) => line !== '')
    .map((line) => line.slice(0, line.indexOf('=')));
}

describeWith('helm').each(examples)('the services with the manifests of $file', ({ values }) => {
  it('pass `helm test` with only rendered variables in their environment', async () => {
    const chart = render(merged(values, onStandIns));
    const pods = await startAll(chart);
    const test = await cluster.startTest(chart);
    const { code } = await test.exit;

    expect(test.stderr).toEqual([]);
    const document = JSON.parse(test.stdout.join('\n')) as SystemtestDocument;
    expect(document.checks).not.toEqual([]);
    expect(document.checks.filter(({ status }) => status === 'failed')).toEqual([]);
    expect([code, document.ok]).toEqual([0, true]);
    // The rules, and the presence of throttle-config, determine which checks are possible.
    const skipped = document.checks.filter(({ status }) => status === 'skipped');
    expect(skipped.map(({ name }) => name.replace(/ .*/, ''))).toEqual(
      skipped.map(() =>
        expect.stringMatching(/^(logged|traced|throttle|throttle-config|throttled|not-stored)$/),
      ),
    );

    for (const [component, pod] of pods) {
      const { values: plain, secrets: kept } = environmentOf(chart, component);
      const rendered = [...Object.keys(plain), ...Object.keys(kept)];
      const present = await variablesOf(pod);
      expect({ component, missing: rendered.filter((name) => !present.includes(name)) }).toEqual({
        component,
        missing: [],
      });
      const injected =
        component === 'throttle-config'
          ? ['KUBECONFIG']
          : ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY'];
      const known = new Set([...rendered, ...injected]);
      expect({ component, more: present.filter((name) => !known.has(name)) }).toEqual({
        component,
        more: ['PATH'],
      });
    }
  });
});
