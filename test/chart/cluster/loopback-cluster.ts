/**
 * Runs a rendered chart as processes on this machine: pods get the environment of their manifest, Services are load
 * balancers on the loopback interface, S3 and SQS are stand-ins, and the Kubernetes API is scripted, with the chart's Role.
 */
import { mkdir, readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';

import {
  type AwsStandIns,
  freePort,
  type KubernetesApi,
  type RoleRule,
  type RunningProcess,
  startAwsStandIns,
  startScriptedKubernetesApi,
} from '#antenna/testing';

import { release, type RenderedChart } from '../support/chart.js';
import { type Container, podSpecOf } from '../support/kubernetes-object.js';
import { startExactly } from './exact-process.js';
import { LoadBalancer } from './load-balancer.js';
import { Pod, type TimeScale } from './pod.js';
import { withReplacements, podEnvironment, type Substitutions } from './pod-environment.js';

export const buckets = { staging: 'antenna-staging', crashes: 'antenna-crashes' };
export const queues = {
  intake: 'antenna-intake',
  processing: 'antenna-processing',
  deadLetters: 'antenna-intake-dead-letter',
};

export interface ClusterOptions {
  /** Directory for volumes. */
  readonly directory: string;
  /** Host and port of S3 and SQS in the values. */
  readonly standInAddress: string;
  /** Values of Secrets, `secret/key`. */
  readonly secrets: ReadonlyMap<string, string>;
  readonly scale: TimeScale;
}

export class LoopbackCluster {
  private readonly pods = new Set<Pod>();
  private readonly services = new Map<string, LoadBalancer>();

  private constructor(
    private readonly options: ClusterOptions,
    readonly standIns: AwsStandIns,
    readonly kubernetes: KubernetesApi | undefined,
  ) {}

  /** Starts Services, stand-ins and rules, but no pods. */
  static async of(chart: RenderedChart, options: ClusterOptions): Promise<LoopbackCluster> {
    const standIns = await startAwsStandIns({
      buckets: Object.values(buckets),
      queues: [
        { name: queues.intake, deadLetter: { queue: queues.deadLetters, maxReceiveCount: 50 } },
        queues.processing,
      ],
    });
    const cluster = new LoopbackCluster(options, standIns, await kubernetesApi(chart));
    for (const service of chart.ofKind('Service')) {
      const [port] = (service['spec'] as { ports: { port: number }[] }).ports;
      cluster.services.set(`${service.metadata.name}:${port?.port}`, await LoadBalancer.start());
    }
    return cluster;
  }

  /** The load balancer of a component's Service (not the headless one). */
  service(component: string): LoadBalancer {
    const found = [...this.services].find(([name]) => name.includes(`-${component}:`));
    if (!found) throw new Error(`${component} has no Service`);
    return found[1];
  }

  /** Starts a pod of a component. A pod of a StatefulSet gets the volume with its name. */
  async startPod(chart: RenderedChart, component: string, name: string): Promise<Pod> {
    const { spec } = chart.workload(component).spec.template;
    const [container] = spec.containers;
    if (!container) throw new Error(`${component} has no container`);
    const port = await freePort();
    const environment = {
      ...this.injected(component, spec.automountServiceAccountToken === true),
      ...podEnvironment(chart, container, await this.substitutions(container, name, port)),
    };
    const process = await startExactly(component, container.args ?? [], environment);
    const pod = new Pod(name, port, process, spec, this.options.scale);
    this.pods.add(pod);
    return pod;
  }

  /** Runs the pod of `helm test`, with the arguments and environment of its manifest. */
  async startTest(chart: RenderedChart): Promise<RunningProcess> {
    const object = chart.the('Pod', 'test');
    const [container] = podSpecOf(object)?.containers ?? [];
    if (!container) throw new Error('the test has no container');
    const substitutions = await this.substitutions(container, object.metadata.name, 0);
    const args = (container.args ?? []).map((argument) =>
      withReplacements(argument, substitutions),
    );
    const environment = {
      ...this.injected('test', false),
      ...podEnvironment(chart, container, substitutions),
    };
    return await startExactly('test', args, environment);
  }

  /** Kills all pods and stops everything else. */
  async close(): Promise<void> {
    await Promise.all([...this.pods].map(async (pod) => await pod.kill()));
    for (const service of this.services.values()) await service.close();
    await this.kubernetes?.close();
    await this.standIns.stop();
  }

  /**
   * The variables that EKS and kubelet add to the manifest: the credentials of the ServiceAccount's IAM role, and the
   * address of the API server for a pod that mounts its token.
   */
  private injected(component: string, mountsToken: boolean): Record<string, string> {
    const { accessKeyId, secretAccessKey } = this.standIns.connection.credentials;
    return {
      ...(component !== 'throttle-config' && {
        AWS_ACCESS_KEY_ID: accessKeyId,
        AWS_SECRET_ACCESS_KEY: secretAccessKey,
      }),
      ...(mountsToken && this.kubernetes && { KUBECONFIG: this.kubernetes.kubeconfig }),
    };
  }

  private async substitutions(
    container: Container,
    pod: string,
    port: number,
  ): Promise<Substitutions> {
    const { directory, standInAddress, secrets } = this.options;
    const addresses = new Map([...this.services].map(([host, { address }]) => [host, address]));
    addresses.set(standInAddress, new URL(this.standIns.connection.endpoint).host);
    for (const { name, port, containerPort } of this.pods)
      addresses.set(`${name}:${containerPort}`, `127.0.0.1:${port}`);
    return {
      addresses,
      mounts: await volumes(container, join(directory, pod)),
      port,
      secrets,
      fields: new Map([
        ['metadata.name', pod],
        ['metadata.namespace', release.namespace],
      ]),
    };
  }
}

/** Creates a folder for each mounted volume. */
async function volumes(container: Container, directory: string): Promise<Map<string, string>> {
  const mounts = new Map<string, string>();
  for (const { name, mountPath } of container.volumeMounts ?? []) {
    const folder = join(directory, name);
    await mkdir(folder, { recursive: true });
    mounts.set(mountPath, folder);
  }
  return mounts;
}

/** Starts an API server with the chart's Role and ConfigMaps, and with rules if the chart creates none. */
async function kubernetesApi(chart: RenderedChart): Promise<KubernetesApi | undefined> {
  if (!chart.has('throttle-config')) return undefined;
  const role = chart.the('Role', 'throttle-config')['rules'] as RoleRule[];
  const api = await startScriptedKubernetesApi({ namespace: release.namespace, role });
  const rules = await readFile(resolve('charts/antenna/files/throttle-rules/mozilla.yaml'), 'utf8');
  await api.putConfigMap('throttle-rules', { 'ruleset.yaml': rules });
  for (const map of chart.of('ConfigMap', 'throttle-config'))
    await api.putConfigMap(map.metadata.name, (map['data'] ?? {}) as Record<string, string>);
  return api;
}
