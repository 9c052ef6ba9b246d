/** Throttle rules on a real API server: edits, broken edits, and the admission webhook over TLS. */
import { readFile } from 'node:fs/promises';

import { afterAll, beforeAll, expect, it } from '@jest/globals';

import type { Values } from '../chart/support/chart.js';
import { Cluster, describeOnCluster } from './support/cluster.js';
import { ProcessRuntime } from './support/process-runtime.js';
import type { ApiPod } from './support/runtime.js';

const namespace = 'rules';
const certificate = 'webhook-certificate';

const ruleset = (match: string): string => `apiVersion: antenna/v1
kind: ThrottleRuleset
rules:
  - name: everything
    match: '${match}'
    result: accept
`;

interface RecordedEvent {
  readonly reason: string;
  readonly message: string;
}

describeOnCluster('throttle rules in a real cluster', () => {
  let cluster: Cluster;

  beforeAll(async () => {
    cluster = await Cluster.start(
      (plane, volumes) => new ProcessRuntime(plane, volumes, { components: ['throttle-config'] }),
    );
    await cluster.namespace(namespace);
    const host = `antenna-throttle-config.${namespace}.svc`;
    const files = await cluster.plane.authority.issue(host);
    await cluster.plane.admin.post(`/api/v1/namespaces/${namespace}/secrets`, {
      metadata: { name: certificate },
      type: 'kubernetes.io/tls',
      data: {
        'tls.crt': await readFile(files.cert, 'base64'),
        'tls.key': await readFile(files.key, 'base64'),
      },
    });
    await cluster.helm('install', namespace, values(true));
  });
  afterAll(async () => await cluster.close());

  function values(webhook: boolean): Values {
    const caBundle = Buffer.from(cluster.plane.authority.certificate).toString('base64');
    const files = { existingSecret: certificate, caBundle, failurePolicy: 'Fail' };
    return {
      ingest: { replicas: 2, minReadySeconds: 0 },
      throttleRules: { create: true, ruleset: ruleset('true') },
      throttleConfig: {
        preStopSleepSeconds: 1,
        webhook: webhook ? { enabled: true, ...files } : { enabled: false },
      },
    };
  }

  async function edit(rules: string): Promise<void> {
    const patch = JSON.stringify({ data: { 'ruleset.yaml': rules } });
    await cluster.kubectl('patch', 'configmap', 'throttle-rules', '-n', namespace, '-p', patch);
  }

  async function status(field: string): Promise<string> {
    return await cluster.field(namespace, 'configmap', await statusName(), `.data.${field}`);
  }

  async function statusName(): Promise<string> {
    const maps = await cluster.list<ApiPod>('configmap', namespace);
    return maps.find(({ metadata }) => metadata.name.endsWith('-status'))?.metadata.name ?? '';
  }

  /** The rules that each pod serves. */
  async function served(): Promise<string[]> {
    const pods = await cluster.list<ApiPod>('pods', namespace);
    const ips = pods
      .filter(({ metadata }) => metadata.name.includes('throttle-config'))
      .filter(({ metadata }) => metadata.deletionTimestamp === undefined)
      .map(({ status }) => String(status['podIP']));
    return await Promise.all(
      ips.map(async (ip) => {
        const answer = await fetch(`http://${ip}:8001/v1/ruleset`);
        return await answer.text();
      }),
    );
  }

  async function events(reason: string): Promise<readonly RecordedEvent[]> {
    const all = await cluster.list<RecordedEvent>('events', namespace);
    return all.filter((event) => event.reason === reason);
  }

  it('serves an edit from both pods, and says so in the status and an Event', async () => {
    await edit(ruleset('has(annotations.First)'));
    await cluster.until('both pods to serve the edit', async () => {
      const rules = await served();
      return rules.length === 2 && rules.every((text) => text.includes('annotations.First'));
    });
    await cluster.until('the status', async () => (await status('state')) === 'accepted');
    await cluster.until('an Event', async () => (await events('RulesetAccepted')).length > 0);
    expect(await status('errors')).toBe('');
  });

  it('refuses a broken edit at once, by the webhook over TLS', async () => {
    await expect(edit(ruleset('unknown("x")'))).rejects.toThrow(
      /The ConfigMap "throttle-rules" is invalid: data\[ruleset.yaml\]: .*unknown function unknown\(\)/,
    );
    expect(await status('state')).toBe('accepted');
  });

  it('keeps the last good rules after a broken edit without the webhook, and says why', async () => {
    await cluster.helm('upgrade', namespace, values(false));
    await edit(ruleset('unknown("x")'));
    await cluster.until('the status', async () => (await status('state')) === 'refused');
    expect(await status('errors')).toContain('unknown');
    await cluster.until('an Event', async () => (await events('RulesetRejected')).length > 0);
    await cluster.until('the pods to serve the last good rules', async () => {
      const rules = await served();
      return rules.length === 2 && rules.every((text) => text.includes('annotations.First'));
    });
  });
});
