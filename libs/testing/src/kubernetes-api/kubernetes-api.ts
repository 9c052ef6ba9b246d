/** A policy rule of a Role, as `rbac.authorization.k8s.io/v1` writes it. */
export interface RoleRule {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly resourceNames?: readonly string[];
  readonly verbs: readonly string[];
}

/** An Event as far as specs look at it. */
export interface RecordedEvent {
  readonly type: string;
  readonly reason: string;
  readonly message: string;
  readonly involvedObject: { readonly kind: string; readonly name: string; readonly uid: string };
}

export interface KubernetesApiOptions {
  readonly namespace: string;
  /** What the identity of the kubeconfig may do; everything else is forbidden to it. */
  readonly role: readonly RoleRule[];
}

/**
 * An API server for specs: the scripted one, or a real one. The methods act as an administrator and without the
 * network; the program under test comes in by the kubeconfig, with the rights of the role.
 */
export interface KubernetesApi {
  readonly namespace: string;
  /** Path of a kubeconfig file for the program under test. */
  readonly kubeconfig: string;
  /** Creates the ConfigMap, or replaces its data. */
  putConfigMap(name: string, data: Readonly<Record<string, string>>): Promise<void>;
  deleteConfigMap(name: string): Promise<void>;
  /** The data of a ConfigMap; undefined when it is not there. */
  configMapData(name: string): Promise<Readonly<Record<string, string>> | undefined>;
  events(): Promise<readonly RecordedEvent[]>;
  /** The server goes away, connections and all; what it stores stays. */
  stop(): Promise<void>;
  /** The server comes back at the same address. */
  start(): Promise<void>;
  close(): Promise<void>;
}
