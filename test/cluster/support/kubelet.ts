/** Nodes in three zones, one of them with another architecture: runs the pods that the scheduler binds to them, and provides the volumes of claims as folders. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import type { AdminClient } from '#antenna/testing';
import type { ApiPod, RunningContainer, Runtime } from './runtime.js';

interface Claim {
  readonly metadata: { readonly name: string; readonly namespace: string; readonly uid: string };
  readonly spec: {
    readonly volumeName?: string;
    readonly storageClassName: string;
    readonly accessModes: readonly string[];
    readonly resources: { readonly requests: object };
  };
}

interface Tracked {
  readonly ip: string;
  readonly startTime: string;
  container: RunningContainer | undefined;
  ready: boolean;
  exitCode: number | undefined;
  stopping: boolean;
  reported: string;
}

const nodes = [
  ...['a', 'b', 'c'].map((zone) => ({ name: `node-${zone}`, zone, arch: 'amd64' })),
  { name: 'node-arm', zone: 'a', arch: 'arm64' },
];
const pollEveryMs = 100;
const heartbeatEveryMs = 10_000;

export class Kubelet {
  private readonly tracked = new Map<string, Tracked>();
  private readonly claims = new Set<string>();
  private running = true;
  private loop = Promise.resolve();
  private addresses = 0;
  private lastHeartbeat = 0;

  private constructor(
    private readonly admin: AdminClient,
    private readonly runtime: Runtime,
    private readonly volumes: string,
  ) {}

  /** @param volumes the folder for volumes */
  static async start(admin: AdminClient, runtime: Runtime, volumes: string): Promise<Kubelet> {
    const kubelet = new Kubelet(admin, runtime, volumes);
    for (const { name, zone, arch } of nodes) {
      await admin.post('/api/v1/nodes', {
        metadata: {
          name,
          labels: {
            'kubernetes.io/arch': arch,
            'kubernetes.io/hostname': name,
            'topology.kubernetes.io/zone': zone,
          },
        },
      });
    }
    await admin.post('/apis/storage.k8s.io/v1/storageclasses', {
      metadata: {
        name: 'folders',
        annotations: { 'storageclass.kubernetes.io/is-default-class': 'true' },
      },
      provisioner: 'kubernetes.io/no-provisioner',
      volumeBindingMode: 'Immediate',
    });
    kubelet.loop = kubelet.run();
    return kubelet;
  }

  async close(): Promise<void> {
    this.running = false;
    await this.loop;
    await Promise.all(
      [...this.tracked.values()].map(async ({ container }) => await container?.stop()),
    );
  }

  /** The address of a pod. */
  ipOf({ metadata }: ApiPod): string | undefined {
    return this.tracked.get(metadata.uid)?.ip;
  }

  private async run(): Promise<void> {
    while (this.running) {
      // An answer of 409 or a restart of the server is settled by the next round.
      await this.round().catch((error: unknown) => {
        if (this.running && !String(error).includes('409')) complain('a round', error);
      });
      await sleep(pollEveryMs);
    }
  }

  private async round(): Promise<void> {
    if (Date.now() - this.lastHeartbeat > heartbeatEveryMs) await this.heartbeat();
    for (const claim of await this.list<Claim>('/api/v1/persistentvolumeclaims'))
      await this.provide(claim);
    const pods = await this.list<ApiPod>('/api/v1/pods');
    for (const pod of pods) if (pod.spec.nodeName !== undefined) await this.sync(pod);
    const present = new Set(pods.map(({ metadata }) => metadata.uid));
    for (const [uid, { container }] of this.tracked) {
      if (present.has(uid)) continue;
      this.tracked.delete(uid);
      await container?.stop();
    }
  }

  private async sync(pod: ApiPod): Promise<void> {
    const { uid, deletionTimestamp } = pod.metadata;
    const known = this.tracked.get(uid);
    if (deletionTimestamp !== undefined) {
      if (!known?.stopping) this.end(pod, known);
      return;
    }
    if (!known) this.begin(pod);
    else await this.report(pod, known);
  }

  private begin(pod: ApiPod): void {
    this.addresses += 1;
    const ip = `10.244.${Math.floor(this.addresses / 250)}.${(this.addresses % 250) + 1}`;
    const state: Tracked = {
      ip,
      startTime: new Date().toISOString().replace(/\.\d+/, ''),
      container: undefined,
      ready: false,
      exitCode: undefined,
      stopping: false,
      reported: '',
    };
    this.tracked.set(pod.metadata.uid, state);
    const start = async () => {
      const container = await this.runtime.start(pod, ip);
      state.container = container;
      void container.exit.then((code) => (state.exitCode = code));
      await container.ready;
      state.ready = true;
    };
    start().catch((error: unknown) => complain(pod.metadata.name, error));
  }

  private end(pod: ApiPod, known: Tracked | undefined): void {
    if (known) known.stopping = true;
    const path = podPath(pod);
    const stop = async () => {
      await known?.container?.stop();
      if (known?.container) known.exitCode ??= await settled(known.container.exit);
      if (known) await this.report(pod, known).catch(() => {});
      await this.admin.delete(`${path}?gracePeriodSeconds=0`);
    };
    stop().catch((error: unknown) => complain(pod.metadata.name, error));
  }

  private async report(pod: ApiPod, state: Tracked): Promise<void> {
    const status = statusOf(pod, state);
    const text = JSON.stringify(status);
    if (text === state.reported) return;
    const current = JSON.parse((await this.admin.get(podPath(pod))) ?? 'null') as ApiPod | null;
    if (current === null) return;
    await this.admin.put(`${podPath(pod)}/status`, {
      ...current,
      status: { ...current.status, ...status },
    });
    state.reported = text;
  }

  private async provide({ metadata, spec }: Claim): Promise<void> {
    if (spec.volumeName !== undefined || this.claims.has(metadata.uid)) return;
    const path = join(this.volumes, metadata.namespace, metadata.name);
    await mkdir(path, { recursive: true });
    await this.admin.post('/api/v1/persistentvolumes', {
      metadata: { name: `pvc-${metadata.uid}` },
      spec: {
        capacity: spec.resources.requests,
        accessModes: spec.accessModes,
        storageClassName: spec.storageClassName,
        persistentVolumeReclaimPolicy: 'Retain',
        claimRef: { kind: 'PersistentVolumeClaim', apiVersion: 'v1', ...metadataOf(metadata) },
        hostPath: { path },
      },
    });
    this.claims.add(metadata.uid);
  }

  private async heartbeat(): Promise<void> {
    const time = new Date().toISOString().replace(/\.\d+/, '');
    const capacity = { cpu: '1000', memory: '1000Gi', pods: '1000', 'ephemeral-storage': '1000Gi' };
    for (const { name } of nodes) {
      const node = JSON.parse((await this.admin.get(`/api/v1/nodes/${name}`)) ?? '{}') as object;
      const condition = { type: 'Ready', status: 'True', reason: 'KubeletReady', message: '' };
      await this.admin.put(`/api/v1/nodes/${name}/status`, {
        ...node,
        status: {
          capacity,
          allocatable: capacity,
          conditions: [{ ...condition, lastHeartbeatTime: time, lastTransitionTime: time }],
        },
      });
    }
    this.lastHeartbeat = Date.now();
  }

  private async list<T>(path: string): Promise<readonly T[]> {
    return (JSON.parse((await this.admin.get(path)) ?? '{"items":[]}') as { items: T[] }).items;
  }
}

function statusOf({ spec, status }: ApiPod, state: Tracked): object {
  const { ip, ready, exitCode, startTime, container } = state;
  const ended = exitCode !== undefined;
  const isReady = ready && !ended && !state.stopping;
  const phase = ended ? (exitCode === 0 ? 'Succeeded' : 'Failed') : 'Running';
  const at = startTime;
  const condition = (type: string, yes: boolean) => ({
    type,
    status: yes ? 'True' : 'False',
    lastTransitionTime: at,
    ...(ended && { reason: exitCode === 0 ? 'PodCompleted' : 'PodFailed' }),
  });
  const kept = (status.conditions ?? []).filter(({ type }) => type === 'PodScheduled');
  const name = spec.containers[0]?.name ?? '';
  const terminated = {
    exitCode,
    reason: exitCode === 0 ? 'Completed' : 'Error',
    message: container?.lastLines(),
  };
  return {
    phase,
    startTime,
    hostIP: '10.1.0.1',
    podIP: ip,
    podIPs: [{ ip }],
    conditions: [
      ...kept,
      condition('Initialized', true),
      condition('ContainersReady', isReady),
      condition('Ready', isReady),
    ],
    containerStatuses: [
      {
        name,
        image: spec.containers[0]?.image,
        imageID: '',
        ready: isReady,
        started: ready && !ended,
        restartCount: 0,
        state: ended ? { terminated } : { running: { startedAt: startTime } },
      },
    ],
  };
}

/** The code of an exit that has happened; undefined for a container without a process. */
async function settled(exit: Promise<number>): Promise<number | undefined> {
  return await Promise.race([exit, Promise.resolve().then(() => undefined)]);
}

function podPath({ metadata }: ApiPod): string {
  return `/api/v1/namespaces/${metadata.namespace}/pods/${metadata.name}`;
}

function metadataOf({ name, namespace, uid }: Claim['metadata']): object {
  return { name, namespace, uid };
}

function complain(what: string, error: unknown): void {
  process.stderr.write(`kubelet: ${what}: ${String(error)}\n`);
}
