/** The three services and the test of `helm test`, with the environment that the chart renders, on stand-ins. */
import { readFile } from 'node:fs/promises';

import { afterEach, beforeEach, expect, it } from '@jest/globals';

import { temporaryDirectory, type TemporaryDirectory } from '#antenna/testing';

import type { SystemtestDocument } from '../systemtest-process.js';
import { LoopbackCluster } from './cluster/loopback-cluster.js';
import { merged } from './cluster/merged-values.js';
import type { Pod } from './cluster/pod.js';
import { podName } from './cluster/pod-name.js';
import { exampleValues, render, type RenderedChart, type Values } from './support/chart.js';
import { environmentOf } from './support/environment.js';
import { whereThereIs } from './support/where-there-is.js';

const standInAddress = 'stand-in:4566';

/** Buckets and queues that can be reached, and a document from the test. */
const onStandIns: Values = {
  aws: {
    s3: { endpoint: `http://${standInAddress}`, pathStyle: true },
    sqs: { endpoint: `http://${standInAddress}` },
  },
  tests: {
    extraArgs: ['--json', '--crashmover-url', `http://${podName('crashmover', 0)}:8002`],
  },
};

/** Every secret of the example values, with a value that its reader takes. */
const secrets = new Map([
  ...['stand-in', 'antenna', 'antenna-ingest', 'antenna-crashmover', 'antenna-test'].flatMap(
    (owner): [string, string][] => [
      [`${owner}-access-keys/access-key-id`, 'stand-in'],
      [`${owner}-access-keys/secret-access-key`, 'stand-in'],
      [`${owner}-access-keys/AWS_ACCESS_KEY_ID`, 'stand-in'],
      [`${owner}-access-keys/AWS_SECRET_ACCESS_KEY`, 'stand-in'],
    ],
  ),
  // Nobody listens there: errors that cannot be reported are no reason to fail.
  ['antenna-sentry/dsn', 'http://key@127.0.0.1:1/1'],
  ['antenna-broken-token/token', 'broken'],
  ['antenna-submitter-token/token', 'submitter'],
]);

/** Those that make a difference to what the services are told. */
const chosen = ['default', 'local', 'existing-secrets', 'no-throttle-config', 'throttle-rules'];
const examples = chosen.map((name) => {
  const example = exampleValues().find(({ file }) => file === `${name}-values.yaml`);
  if (!example) throw new Error(`there are no values ${name}`);
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

/** A pod of each component, ready, and behind its Service. */
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

whereThereIs('helm').each(examples)('the services with the manifests of $file', ({ values }) => {
  it('pass the test of `helm test`, with nothing in their environment that is not rendered', async () => {
    const chart = render(merged(values, onStandIns));
    const pods = await startAll(chart);
    const test = await cluster.startTest(chart);
    const { code } = await test.exit;

    expect(test.stderr).toEqual([]);
    const document = JSON.parse(test.stdout.join('\n')) as SystemtestDocument;
    expect(document.checks).not.toEqual([]);
    expect(document.checks.filter(({ status }) => status === 'failed')).toEqual([]);
    expect([code, document.ok]).toEqual([0, true]);
    // Which of them can be made depends on the rules, and on whether throttle-config is there to be asked.
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
