import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { startExactly } from '../../chart/cluster/exact-process.js';
import { Pod } from '../../chart/cluster/pod.js';
import { podEnvironment } from '../../chart/cluster/pod-environment.js';
import { RenderedChart } from '../../chart/support/chart.js';
import type { KubernetesObject } from '../../chart/support/kubernetes-object.js';
import type { ControlPlane } from './control-plane.js';
import { type ApiPod, hollowRuntime, type RunningContainer, type Runtime } from './runtime.js';

/** A pod that has ended: its exit code, and the last lines of its log. */
export interface EndedPod {
  readonly name: string;
  readonly code: number;
  readonly lastLines: string;
}

export interface ProcessRuntimeOptions {
  /** The components to run; the others are hollow. */
  readonly components: readonly string[];
  /** Loopback addresses by the hosts (`host:port`) in values. */
  readonly addresses?: ReadonlyMap<string, string>;
  /** Factor for the times in manifests. */
  readonly scale?: number;
}

/** Runs pods as processes, with the environment, volumes, token and address that they have in a cluster. */
export class ProcessRuntime implements Runtime {
  readonly ended: EndedPod[] = [];

  constructor(
    private readonly plane: ControlPlane,
    private readonly volumes: string,
    private readonly options: ProcessRuntimeOptions,
  ) {}

  async start(pod: ApiPod, ip: string): Promise<RunningContainer> {
    const component = pod.metadata.labels?.['app.kubernetes.io/component'] ?? '';
    const [container] = pod.spec.containers;
    const port = container?.ports?.[0]?.containerPort;
    if (!this.options.components.includes(component) || !container || port === undefined)
      return await hollowRuntime.start(pod, ip);

    const { name, namespace } = pod.metadata;
    const account = pod.spec.serviceAccountName ?? 'default';
    const environment = {
      ...podEnvironment(new RenderedChart(await this.list('ConfigMap', namespace)), container, {
        addresses: this.options.addresses ?? new Map<string, string>(),
        mounts: await this.mounts(pod),
        port,
        secrets: new Map(
          (await this.list('Secret', namespace)).flatMap(({ metadata, ...secret }) =>
            decoded(secret).map(([key, value]) => [`${metadata.name}/${key}`, String(value)]),
          ),
        ),
        fields: new Map([
          ['metadata.name', name],
          ['metadata.namespace', namespace],
        ]),
      }),
      HOST: ip,
      HOSTNAME: name,
      ...(pod.spec.automountServiceAccountToken === true && {
        KUBECONFIG: await this.plane.accountKubeconfig(namespace, account),
      }),
    };
    const process = await startExactly(component, [], environment);
    const running = new Pod(name, port, process, pod.spec, this.options.scale ?? 1, ip);
    const lastLines = () => process.lines.slice(-5).join('\n');
    const exit = process.exit.then(({ code }) => {
      this.ended.push({ name, code: code ?? 137, lastLines: lastLines() });
      return code ?? 137;
    });
    return {
      ready: running.ready(),
      exit,
      stop: async () => void (await running.terminate()),
      lastLines,
    };
  }

  /** A folder for each mounted volume; those of claims outlive the pod. */
  private async mounts({ metadata, spec }: ApiPod): Promise<Map<string, string>> {
    const mounts = new Map<string, string>();
    for (const { name, mountPath } of spec.containers[0]?.volumeMounts ?? []) {
      const volume = spec.volumes?.find((one) => one.name === name);
      const claim = volume?.['persistentVolumeClaim'] as { claimName: string } | undefined;
      const secret = volume?.['secret'] as { secretName: string } | undefined;
      const folder = join(
        this.volumes,
        metadata.namespace,
        claim?.claimName ?? join(metadata.uid, name),
      );
      await mkdir(folder, { recursive: true });
      if (secret) await this.fill(folder, metadata.namespace, secret.secretName);
      mounts.set(mountPath, folder);
    }
    return mounts;
  }

  private async fill(folder: string, namespace: string, secretName: string): Promise<void> {
    const secrets = await this.list('Secret', namespace);
    const found = secrets.find(({ metadata }) => metadata.name === secretName);
    for (const [key, value] of decoded(found)) await writeFile(join(folder, key), value);
  }

  private async list(kind: string, namespace: string): Promise<readonly KubernetesObject[]> {
    const path = `/api/v1/namespaces/${namespace}/${kind.toLowerCase()}s`;
    const body = (await this.plane.admin.get(path)) ?? '{"items":[]}';
    const { items } = JSON.parse(body) as { items: KubernetesObject[] };
    // The items of a list have no kind.
    return items.map((item) => Object.assign(item, { kind }));
  }
}

function decoded(secret: Readonly<Record<string, unknown>> = {}): [string, Buffer][] {
  const data = (secret['data'] ?? {}) as Record<string, string>;
  return Object.entries(data).map(([key, value]) => [key, Buffer.from(value, 'base64')]);
}
