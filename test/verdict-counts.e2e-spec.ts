import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import {
  aReport,
  freePort,
  type ScriptedServer,
  startScriptedServer,
  submit,
  temporaryDirectory,
  type TemporaryDirectory,
  waitFor,
} from '#antenna/testing';

import { ReplicaProcess, replicas } from './throttle-config-replicas.js';

const rules = `apiVersion: antenna/v1
kind: ThrottleRuleset
rules:
  - name: firefox
    match: get("ProductName") == "Firefox"
    result: accept
  - name: others
    match: "true"
    result: reject
`;

let directory: TemporaryDirectory;
let env: Readonly<Record<string, string>>;
let all: ReplicaProcess[];
let servers: ScriptedServer[];

beforeEach(async () => {
  directory = await temporaryDirectory();
  const rulesFile = join(directory.path, 'ruleset.yaml');
  await writeFile(rulesFile, rules);
  env = { RULES_FILE: rulesFile, LOG_FORMAT: 'json', LOG_LEVEL: 'DEBUG' };
  all = [];
  servers = [];
});

afterEach(async () => {
  await Promise.all(all.map(async (one) => await one.end('SIGKILL')));
  await Promise.all(servers.map(async (server) => await server.stop()));
  await directory.remove();
});

async function send(ingest: ReplicaProcess, product: string, count: number): Promise<void> {
  const report = aReport().withAnnotation('ProductName', product).build();
  for (let sent = 0; sent < count; sent += 1) await submit(`${ingest.url}/submit`, report);
}

interface Sums {
  readonly firefox: number;
  readonly others: number;
  readonly instances: number;
}

/** What each window of a replica shows, after it had time to show these sums. */
async function shown(replica: ReplicaProcess | undefined, expected: Sums): Promise<Sums[]> {
  const sums = async (): Promise<Sums[]> => {
    const { windows = [] } = (await replica?.status()) ?? {};
    return windows.map(({ verdicts, instances }) => {
      const counts = Object.fromEntries(verdicts.map(({ rule, counts }) => [rule, counts]));
      const { firefox, others } = counts;
      return { firefox: firefox?.accept ?? 0, others: others?.reject ?? 0, instances };
    });
  };
  const isShown = async () =>
    (await sums()).every((window) => JSON.stringify(window) === JSON.stringify(expected));
  await waitFor(isShown, { timeoutMs: 20_000 }).catch(() => undefined);
  return await sums();
}

function inEachWindow(sums: Sums): Sums[] {
  return [sums, sums, sums];
}

/** Reports come every five seconds. */
const patient = 120_000;

describe('three ingests and two replicas of throttle-config', () => {
  it(
    'show the same exact sums in each replica, also if an ingest and a replica are killed',
    async () => {
      const { ingests, throttleConfigs } = await replicas(
        directory.path,
        { ingests: 3, throttleConfigs: 2 },
        env,
      );
      all = [...throttleConfigs, ...ingests];
      await Promise.all(throttleConfigs.map(async (one) => await one.start()));
      await Promise.all(ingests.map(async (one) => await one.start()));
      for (const [index, ingest] of ingests.entries()) {
        await send(ingest, 'Firefox', index + 1);
        await send(ingest, 'Other', 10 * (index + 1));
      }
      let sums: Sums = { firefox: 6, others: 60, instances: 3 };
      for (const replica of throttleConfigs)
        expect(await shown(replica, sums)).toEqual(inEachWindow(sums));

      // Both die without a word; the ingest returns with other counts, the replica with none.
      await ingests[0]?.end('SIGKILL');
      await throttleConfigs[0]?.end('SIGKILL');
      for (const ingest of ingests.slice(1)) await send(ingest, 'Firefox', 5);
      await ingests[0]?.start();
      await send(ingests[0] as ReplicaProcess, 'Firefox', 100);
      sums = { firefox: 116, others: 60, instances: 3 };
      expect(await shown(throttleConfigs[1], sums)).toEqual(inEachWindow(sums));

      // A replica that comes later gets what the running processes have counted since their start.
      await throttleConfigs[0]?.start();
      sums = { firefox: 115, others: 50, instances: 3 };
      expect(await shown(throttleConfigs[0], sums)).toEqual(inEachWindow(sums));

      // A process that is stopped reports its last decisions.
      await send(ingests[1] as ReplicaProcess, 'Other', 7);
      await ingests[1]?.end('SIGTERM');
      sums = { firefox: 115, others: 57, instances: 3 };
      expect(await shown(throttleConfigs[0], sums)).toEqual(inEachWindow(sums));
      sums = { firefox: 116, others: 67, instances: 3 };
      expect(await shown(throttleConfigs[1], sums)).toEqual(inEachWindow(sums));
    },
    patient,
  );
});

describe('ingest', () => {
  it(
    'reports to a replica while another one does not answer and a third one is down',
    async () => {
      const silent = await startScriptedServer();
      servers = [silent];
      const port = await freePort();
      const others = `${silent.url},http://127.0.0.1:${await freePort()},http://127.0.0.1:${port}`;
      const replica = new ReplicaProcess('throttle-config', port, env);
      const ingest = await startIngest({ THROTTLE_CONFIG_REPLICAS: others });
      all = [replica, ingest];
      await waitFor(() => silent.requests.length > 0, { timeoutMs: 20_000 });
      await replica.start();
      await send(ingest, 'Firefox', 3);
      await send(ingest, 'Other', 1);
      const sums = { firefox: 3, others: 1, instances: 1 };
      expect(await shown(replica, sums)).toEqual(inEachWindow(sums));

      expect(await silent.connections()).toBe(1);
    },
    patient,
  );

  it(
    'reports new decisions to a throttle-config that refuses unknown fields',
    async () => {
      const old = await startScriptedServer();
      servers = [old];
      const counted: Record<string, Record<string, number>>[] = [];
      old.script((response, { url, body }) => {
        const report = url === '/v1/ingest-reports' ? (JSON.parse(body.toString()) as object) : {};
        const known = new Set(['instance', 'revision', 'acceptedAt', 'rules']);
        const isRefused = Object.keys(report).some((name) => !known.has(name));
        if ('rules' in report && !isRefused) counted.push(report.rules as (typeof counted)[number]);
        response.writeHead(isRefused ? 400 : 204).end();
      });
      const ingest = await startIngest({ THROTTLE_CONFIG_REPLICAS: old.url });
      all = [ingest];
      await waitFor(() => counted.length === 1, { timeoutMs: 20_000 });
      await send(ingest, 'Firefox', 3);
      await waitFor(() => counted.length === 2, { timeoutMs: 20_000 });
      await send(ingest, 'Firefox', 4);
      await ingest.end('SIGTERM');

      const accepted = counted.map(({ firefox }) => firefox?.['accept'] ?? 0);
      expect(accepted.reduce((sum, count) => sum + count, 0)).toBe(7);
    },
    patient,
  );
});

async function startIngest(settings: Readonly<Record<string, string>>): Promise<ReplicaProcess> {
  const { ingests } = await replicas(
    directory.path,
    { ingests: 1, throttleConfigs: 1 },
    { ...env, ...settings },
  );
  const [ingest] = ingests;
  if (!ingest) throw new Error('there is no ingest');
  await ingest.start();
  return ingest;
}
