/** A policy rule of a Role, as `rbac.authorization.k8s.io/v1` writes it. */
export interface RoleRule {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly resourceNames?: readonly string[];
  readonly verbs: readonly string[];
}

/** The fields of an Event that specs read. */
export interface RecordedEvent {
  readonly type: string;
  readonly reason: string;
  readonly message: string;
  readonly involvedObject: { readonly kind: string; readonly name: string; readonly uid: string };
}

export interface KubernetesApiOptions {
  readonly namespace: string;
  /** The permissions of the kubeconfig's user; everything else is forbidden. */
  readonly role: readonly RoleRule[];
}

/**
 * An API server for specs: the scripted one, or a real one. The methods have administrator rights and do not use the
 * network; the program under test uses the kubeconfig, with the rights of the role.
 */
export interface KubernetesApi {
  readonly namespace: string;
  /** Path of a kubeconfig file for the program under test. */
  readonly kubeconfig: string;
  /** Creates the ConfigMap, or replaces its data. */
  putConfigMap(name: string, data: Readonly<Record<string, string>>): Promise<void>;
  deleteConfigMap(name: string): Promise<void>;
  /** The data of a ConfigMap; undefined if it does not exist. */
  configMapData(name: string): Promise<Readonly<Record<string, string>> | undefined>;
  events(): Promise<readonly RecordedEvent[]>;
  /** Stops the server and closes its connections; its data is kept. */
  stop(): Promise<void>;
  /** Starts the server again at the same address. */
  start(): Promise<void>;
  close(): Promise<void>;
}
