/** Rolling updates in the order of the Kubernetes controllers. */
import { setTimeout as sleep } from 'node:timers/promises';

import { podName, type RenderedChart } from '../support/chart.js';
import type { LoadBalancer } from './load-balancer.js';
import type { LoopbackCluster } from './loopback-cluster.js';
import type { Pod, PodEnd, TimeScale } from './pod.js';

/** Time until the last kube-proxy learns that a pod terminates: up to several seconds in a busy cluster. */
const slowestEndpointRemovalSeconds = 10;

export interface Rollout {
  readonly cluster: LoopbackCluster;
  /** The new manifests. */
  readonly chart: RenderedChart;
  readonly scale: TimeScale;
  readonly random: () => number;
}

/**
 * Updates a StatefulSet: starts with the highest ordinal, ends a pod before its replacement starts on the same volume, and
 * continues when the replacement has been ready for `minReadySeconds`. A rollback does the same.
 * @param pods by ordinal; replaced in place
 */
export async function updateStatefulSet(
  rollout: Rollout,
  component: string,
  pods: Pod[],
): Promise<PodEnd[]> {
  const { cluster, chart, scale } = rollout;
  const service = cluster.service(component);
  const minReadySeconds = chart.workload(component).spec.minReadySeconds ?? 0;
  const ends: PodEnd[] = [];
  for (const [ordinal, old] of [...pods.entries()].toReversed()) {
    ends.push(await withdraw(rollout, old, service));
    const replacement = await cluster.startPod(chart, component, podName(component, ordinal));
    pods[ordinal] = replacement;
    await replacement.ready();
    service.add(replacement.port);
    await sleep(minReadySeconds * 1000 * scale);
  }
  return ends;
}

/**
 * Updates a Deployment with maxSurge 1 and maxUnavailable 0: a new pod is ready before an old one is stopped, and the
 * update does not wait for the end of the old pod.
 * @param pods replaced in place
 */
export async function updateDeployment(
  rollout: Rollout,
  component: string,
  pods: Pod[],
  revision: string,
): Promise<PodEnd[]> {
  const { cluster, chart } = rollout;
  const ends: Promise<PodEnd>[] = [];
  for (const [index, old] of pods.entries()) {
    const name = podName(component, `${revision}-${index}`);
    const replacement = await cluster.startPod(chart, component, name);
    await replacement.ready();
    pods[index] = replacement;
    ends.push(old.terminate());
  }
  return await Promise.all(ends);
}

/** kubelet and the endpoint controllers learn about a pod's termination at the same time and act independently. */
async function withdraw(
  { scale, random }: Rollout,
  pod: Pod,
  service: LoadBalancer,
): Promise<PodEnd> {
  const removal = sleep(random() * slowestEndpointRemovalSeconds * 1000 * scale).then(() =>
    service.remove(pod.port),
  );
  const [end] = await Promise.all([pod.terminate(), removal]);
  return end;
}
