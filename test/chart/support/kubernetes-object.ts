import type { Manifest } from '../../../tools/kubernetes/core-schemas.js';

/** A rendered object, with the fields that specs read. */
export interface KubernetesObject extends Manifest {
  readonly metadata: Metadata;
}

interface Metadata {
  readonly name: string;
  readonly namespace?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
}

/** A Deployment or StatefulSet. */
export interface Workload extends KubernetesObject {
  readonly spec: {
    readonly replicas?: number;
    readonly minReadySeconds?: number;
    readonly serviceName?: string;
    readonly selector: { readonly matchLabels: Readonly<Record<string, string>> };
    readonly strategy?: { readonly rollingUpdate?: RollingUpdate };
    readonly updateStrategy?: { readonly type?: string; readonly rollingUpdate?: RollingUpdate };
    readonly template: { readonly metadata: Omit<Metadata, 'name'>; readonly spec: PodSpec };
    readonly volumeClaimTemplates?: readonly unknown[];
  };
}

interface RollingUpdate {
  readonly maxUnavailable?: number | string;
  readonly maxSurge?: number | string;
}

export interface PodSpec {
  readonly serviceAccountName?: string;
  readonly automountServiceAccountToken?: boolean;
  readonly terminationGracePeriodSeconds?: number;
  readonly securityContext?: SecurityContext;
  readonly containers: readonly Container[];
  readonly initContainers?: readonly Container[];
  readonly volumes?: readonly Volume[];
}

interface Volume {
  readonly name: string;
  readonly [kind: string]: unknown;
}

interface SecurityContext {
  readonly runAsNonRoot?: boolean;
  readonly runAsUser?: number;
  readonly runAsGroup?: number;
  readonly readOnlyRootFilesystem?: boolean;
  readonly allowPrivilegeEscalation?: boolean;
  readonly privileged?: boolean;
  readonly capabilities?: { readonly add?: readonly string[]; readonly drop?: readonly string[] };
  readonly seccompProfile?: { readonly type: string };
}

export interface Container {
  readonly name: string;
  readonly image: string;
  readonly args?: readonly string[];
  readonly securityContext?: SecurityContext;
  readonly resources?: { readonly requests?: Quantities; readonly limits?: Quantities };
  readonly ports?: readonly { readonly name: string; readonly containerPort: number }[];
  readonly env?: readonly EnvironmentVariable[];
  readonly envFrom?: readonly {
    readonly configMapRef?: { readonly name: string };
    readonly secretRef?: { readonly name: string };
  }[];
  readonly lifecycle?: { readonly preStop?: { readonly sleep?: { readonly seconds: number } } };
  readonly startupProbe?: Probe;
  readonly livenessProbe?: Probe;
  readonly readinessProbe?: Probe;
  readonly volumeMounts?: readonly { readonly name: string; readonly mountPath: string }[];
}

type Quantities = Readonly<Record<string, string | number>>;

export interface Probe {
  readonly httpGet: { readonly path: string; readonly port: string | number };
}

export interface EnvironmentVariable {
  readonly name: string;
  readonly value?: string;
  readonly valueFrom?: Readonly<Record<string, unknown>>;
}

const podSpecs: Readonly<Record<string, (object: KubernetesObject) => PodSpec>> = {
  Deployment: (object) => (object as Workload).spec.template.spec,
  StatefulSet: (object) => (object as Workload).spec.template.spec,
  Job: (object) => (object as Workload).spec.template.spec,
  CronJob: ({ spec }) => (spec as { jobTemplate: Workload }).jobTemplate.spec.template.spec,
  Pod: (object) => object['spec'] as PodSpec,
};

/** The spec of the pod that an object is or creates; undefined for other objects. */
export function podSpecOf(object: KubernetesObject): PodSpec | undefined {
  return podSpecs[object.kind]?.(object);
}
