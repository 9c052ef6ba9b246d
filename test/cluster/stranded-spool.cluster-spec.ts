/** Reports on the volume of a removed pod: what the pod says, the alert, and the Job that ships them. */
import { execFile } from 'node:child_process';
import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { stringify } from 'yaml';

import {
  aReport,
  type AwsStandIns,
  parsePrometheusText,
  startAwsStandIns,
  submit,
} from '#antenna/testing';

import { merged, type Values } from '../chart/support/chart.js';
import { Cluster, describeOnCluster } from './support/cluster.js';
import { ProcessRuntime } from './support/process-runtime.js';
import type { ApiPod } from './support/runtime.js';

const namespace = 'spools';
const standInHost = 'stand-in.storage:4566';
const age = 'antenna_spool_oldest_age_seconds';
const pods = [0, 1, 2, 3].map((ordinal) => `antenna-ingest-${ordinal}`);
const removed = pods.slice(2);
const contents = {
  buckets: ['antenna-staging', 'antenna-crashes'],
  queues: ['antenna-intake', 'antenna-processing', 'antenna-intake-dead-letter'],
};

describeOnCluster('the spools of removed pods', () => {
  let cluster: Cluster;
  let runtime: ProcessRuntime | undefined;
  let standIns: AwsStandIns;
  let port: number;
  const scraped = new Map<string, number>();

  beforeAll(async () => {
    standIns = await startAwsStandIns(contents);
    const { host } = new URL(standIns.connection.endpoint);
    port = Number(host.split(':')[1]);
    const addresses = new Map([[standInHost, host]]);
    cluster = await Cluster.start((plane, volumes) => {
      const components = ['ingest', 'drain'];
      runtime = new ProcessRuntime(plane, volumes, { components, addresses });
      return runtime;
    });
    await cluster.namespace(namespace);
    await cluster.plane.admin.post(`/api/v1/namespaces/${namespace}/secrets`, {
      metadata: { name: 'access-keys' },
      stringData: { 'access-key-id': 'stand-in', 'secret-access-key': 'stand-in' },
    });
    await cluster.helm('install', namespace, values({ replicas: 4 }));
  });
  afterAll(async () => {
    await cluster.close();
    await standIns.stop();
  });

  async function addresses(): Promise<Map<string, string>> {
    const all = await cluster.list<ApiPod>('pods', namespace);
    return new Map(all.map(({ metadata, status }) => [metadata.name, String(status['podIP'])]));
  }

  it('are named by pods that end with reports', async () => {
    await standIns.stop();
    const ips = await addresses();
    for (const pod of pods) {
      const url = `http://${ips.get(pod)}:8000/submit`;
      for (let count = 0; count < 10; count += 1)
        expect((await submit(url, aReport().build())).status).toBe(200);
    }
    for (const pod of pods) {
      const seen = await cluster.until(`a report of ${pod} to wait`, async () => {
        const seconds = await oldestAge(ips.get(pod));
        return seconds > 10 ? seconds : undefined;
      });
      scraped.set(pod, seen);
    }
    await cluster.kubectl('scale', 'sts', 'antenna-ingest', '--replicas=2', '-n', namespace);
    await cluster.until('two pods to end', async () => (await addresses()).size === 4);
    expect(runtime?.ended.map(({ name, code }) => [name, code]).toSorted()).toEqual(
      removed.map((name) => [name, 3]),
    );
    for (const { lastLines } of runtime?.ended ?? [])
      expect(lastLines).toContain('10 acknowledged reports are left in the spool');
  });

  it('raise the alert with the metrics that the pods had, and only for the removed ones', async () => {
    const folder = cluster.directory.path;
    await copyFile('charts/antenna/files/alerts/antenna.rules.yaml', join(folder, 'rules.yaml'));
    const series = pods.map((pod) => ({
      series: `${age}{namespace="${namespace}",pod="${pod}"}`,
      values: removed.includes(pod) ? `${scraped.get(pod)} stale` : `0 ${scraped.get(pod)}+60x30`,
    }));
    const claims = pods.map((pod) => ({
      series: `kube_persistentvolumeclaim_info{namespace="${namespace}",persistentvolumeclaim="spool-${pod}"}`,
      values: '1x30',
    }));
    const test = {
      rule_files: ['rules.yaml'],
      evaluation_interval: '1m',
      tests: [
        {
          interval: '1m',
          input_series: [...series, ...claims],
          alert_rule_test: [
            {
              alertname: 'AntennaSpoolStranded',
              eval_time: '20m',
              exp_alerts: removed.map(strandedAlert),
            },
          ],
        },
      ],
    };
    const file = join(folder, 'alerts.test.yaml');
    await copyFile(await cluster.file(stringify(test)), file);
    const { stdout } = await promisify(execFile)('promtool', ['test', 'rules', file]);
    expect(stdout).toContain('SUCCESS');
  });

  it('are shipped by the Jobs of the chart when S3 is back', async () => {
    standIns = await startAwsStandIns({ ...contents, port });
    const drainClaims = removed.map((pod) => `spool-${pod}`);
    await cluster.helm('upgrade', namespace, values({ replicas: 2, spool: { drainClaims } }));
    const jobs = ['job', '-l', 'app.kubernetes.io/component=drain', '-n', namespace];
    await cluster.kubectl('wait', '--for=condition=complete', '--timeout=2m', ...jobs);
    const drained = runtime?.ended.filter(({ name }) => name.startsWith('drain-')) ?? [];
    expect(drained.map(({ code }) => code)).toEqual([0, 0]);
    // A report can be announced twice.
    let count = 0;
    await cluster.until(
      () => `all reports to be announced: ${count} of 40`,
      async () => {
        count = await announced();
        return count >= 40;
      },
      300_000,
    );
  });

  async function announced(): Promise<number> {
    const { SQSClient, GetQueueUrlCommand, GetQueueAttributesCommand } =
      await import('@aws-sdk/client-sqs');
    const sqs = new SQSClient(standIns.connection);
    const { QueueUrl } = await sqs.send(new GetQueueUrlCommand({ QueueName: 'antenna-intake' }));
    const all = ['ApproximateNumberOfMessages' as const];
    const { Attributes } = await sqs.send(
      new GetQueueAttributesCommand({ QueueUrl, AttributeNames: all }),
    );
    sqs.destroy();
    return Number(Attributes?.['ApproximateNumberOfMessages']);
  }
});

function values(ingest: Values): Values {
  const endpoint = `http://${standInHost}`;
  return {
    aws: {
      s3: { endpoint, pathStyle: true },
      sqs: { endpoint },
      credentials: { existingSecret: 'access-keys' },
    },
    throttleConfig: { enabled: false },
    crashmover: { autoscaling: { mode: 'none' } },
    ingest: merged(
      {
        minReadySeconds: 0,
        preStopSleepSeconds: 1,
        drainTimeout: '1s',
        uploadTimeout: '1m',
        // As many messages as reports.
        settings: { SHIP_BATCH_COUNT: 1 },
      },
      ingest,
    ),
  };
}

async function oldestAge(ip: string | undefined): Promise<number> {
  const text = await (await fetch(`http://${ip}:8000/metrics`)).text();
  const [series] = parsePrometheusText(text).get(age)?.samples ?? [];
  return series?.value ?? 0;
}

function strandedAlert(pod: string): object {
  return {
    exp_labels: { severity: 'critical', namespace, pod },
    exp_annotations: {
      summary: `The volume of ${pod} may hold acknowledged reports, and no pod ships them.`,
      dashboard_url: '/d/antenna-ingest',
      runbook_url: 'docs/runbooks/AntennaSpoolStranded.md',
    },
  };
}
