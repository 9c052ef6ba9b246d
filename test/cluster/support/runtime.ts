import type { PodSpec } from '../../chart/support/kubernetes-object.js';

/** A pod as the API server returns it. */
export interface ApiPod {
  readonly metadata: {
    readonly name: string;
    readonly namespace: string;
    readonly uid: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly deletionTimestamp?: string;
  };
  readonly spec: PodSpec & { readonly nodeName?: string; readonly restartPolicy?: string };
  readonly status: Readonly<Record<string, unknown>> & {
    readonly phase?: string;
    readonly conditions?: readonly { readonly type: string }[];
  };
}

/** The container of a pod. */
export interface RunningContainer {
  /** Resolves when its probes pass. */
  readonly ready: Promise<void>;
  /** Resolves with its exit code. */
  readonly exit: Promise<number>;
  /** Stops it like kubelet: preStop, SIGTERM, grace period. */
  stop(): Promise<void>;
  /** Its last lines, as in a termination message. */
  lastLines(): string;
}

/** Starts the containers of pods. */
export interface Runtime {
  start(pod: ApiPod, ip: string): Promise<RunningContainer>;
}

/** Starts nothing: containers are ready at once, and those that should complete have done so. */
export const hollowRuntime: Runtime = {
  async start({ spec }) {
    const endless = (spec.restartPolicy ?? 'Always') === 'Always';
    return {
      ready: Promise.resolve(),
      exit: endless ? new Promise(() => {}) : Promise.resolve(0),
      stop: async () => {},
      lastLines: () => '',
    };
  },
};
