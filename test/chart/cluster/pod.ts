import { setTimeout as sleep } from 'node:timers/promises';

import { type ProcessExit, type RunningProcess, waitFor } from '#antenna/testing';

import type { PodSpec, Probe } from '../support/kubernetes-object.js';

/** Factor for the times in manifests, so that a rollout takes seconds. It does not change the processes' own times. */
export type TimeScale = number;

export interface PodEnd {
  readonly pod: string;
  readonly exit: ProcessExit;
  /** Whether the process was still running at the end of its grace period. */
  readonly killed: boolean;
}

const startTimeoutMs = 60_000;

/** A pod with one container, run as a process that is started and stopped like kubelet does. */
export class Pod {
  constructor(
    readonly name: string,
    readonly port: number,
    readonly process: RunningProcess,
    private readonly spec: PodSpec,
    private readonly scale: TimeScale,
    private readonly host = '127.0.0.1',
  ) {}

  get containerPort(): number | undefined {
    return this.spec.containers[0]?.ports?.[0]?.containerPort;
  }

  /** Waits for the startup probe, then for the readiness probe. */
  async ready(): Promise<void> {
    const [container] = this.spec.containers;
    for (const probe of [container?.startupProbe, container?.readinessProbe]) {
      if (!probe) continue;
      await waitFor(async () => await this.passes(probe), {
        timeoutMs: startTimeoutMs,
        describe: () => `${this.name} to be ready:\n${this.process.lines.slice(-20).join('\n')}`,
      });
    }
  }

  /** Runs the preStop hook, then SIGTERM; SIGKILL at the end of the grace period, which includes the hook. */
  async terminate(): Promise<PodEnd> {
    const graceSeconds = this.spec.terminationGracePeriodSeconds ?? 30;
    let killed = false;
    const grace = setTimeout(() => {
      killed = true;
      this.process.kill('SIGKILL');
    }, this.scaled(graceSeconds));
    await sleep(this.scaled(this.spec.containers[0]?.lifecycle?.preStop?.sleep?.seconds ?? 0));
    this.process.kill('SIGTERM');
    const exit = await this.process.exit;
    clearTimeout(grace);
    return { pod: this.name, exit, killed };
  }

  async kill(): Promise<void> {
    this.process.kill('SIGKILL');
    await this.process.exit;
  }

  private scaled(seconds: number): number {
    return seconds * 1000 * this.scale;
  }

  private async passes({ httpGet }: Probe): Promise<boolean> {
    const response = await fetch(`http://${this.host}:${this.port}${httpGet.path}`);
    await response.arrayBuffer();
    return response.ok;
  }
}
