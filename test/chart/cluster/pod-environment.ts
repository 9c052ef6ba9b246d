import type { RenderedChart } from '../support/chart.js';
import type { Container, EnvironmentVariable } from '../support/kubernetes-object.js';

/**
 * What only a cluster can resolve, and by what it is replaced where pods are processes of this machine. This is the
 * whole list: everything else reaches a process as the chart has rendered it.
 */
export interface Substitutions {
  /** Names of Services (`host:port`) by addresses of the loopback interface. */
  readonly addresses: ReadonlyMap<string, string>;
  /** Mount paths by folders. */
  readonly mounts: ReadonlyMap<string, string>;
  /** The port of the container, because all pods share one address here; replaced only in PORT. */
  readonly port: number;
  /** Values of Secrets, `secret/key`. */
  readonly secrets: ReadonlyMap<string, string>;
  /** Values of the downward API, by field path. */
  readonly fields: ReadonlyMap<string, string>;
}

/**
 * The environment that kubelet would give to a container.
 * @throws Error for a reference to what is not there, an address of a Service that is not there, and a path outside
 *   the container's volumes
 */
export function podEnvironment(
  chart: RenderedChart,
  container: Container,
  substitutions: Substitutions,
): Record<string, string> {
  const environment: Record<string, string> = {};
  for (const { configMapRef } of container.envFrom ?? []) {
    const map = chart.named('ConfigMap', configMapRef?.name ?? '');
    if (!map) throw new Error(`there is no ConfigMap ${configMapRef?.name}`);
    Object.assign(environment, map['data']);
  }
  for (const variable of container.env ?? [])
    environment[variable.name] = valueOf(variable, environment, substitutions);
  const substituted = Object.fromEntries(
    Object.entries(environment).map(([name, value]) => [name, inThisWorld(value, substitutions)]),
  );
  return 'PORT' in substituted ? { ...substituted, PORT: String(substitutions.port) } : substituted;
}

function valueOf(
  { name, value, valueFrom }: EnvironmentVariable,
  before: Readonly<Record<string, string>>,
  { secrets, fields }: Substitutions,
): string {
  if (valueFrom === undefined) {
    return (value ?? '').replaceAll(
      /\$\((\w+)\)/g,
      (whole, other: string) => before[other] ?? whole,
    );
  }
  const secret = valueFrom['secretKeyRef'] as { name: string; key: string } | undefined;
  const field = valueFrom['fieldRef'] as { fieldPath: string } | undefined;
  const found = secret
    ? secrets.get(`${secret.name}/${secret.key}`)
    : fields.get(field?.fieldPath ?? '');
  if (found === undefined) throw new Error(`${name} refers to ${JSON.stringify(valueFrom)}`);
  return found;
}

/** A string of the manifest, or an argument, with its addresses and paths replaced. */
export function inThisWorld(
  text: string,
  { addresses, mounts }: Pick<Substitutions, 'addresses' | 'mounts'>,
): string {
  if (text.startsWith('/')) {
    const mount = [...mounts].find(([path]) => text === path || text.startsWith(`${path}/`));
    if (!mount) throw new Error(`${text} is on no volume`);
    return mount[1] + text.slice(mount[0].length);
  }
  let result = text;
  for (const [name, address] of addresses) result = result.replaceAll(`//${name}`, `//${address}`);
  const elsewhere = /\/\/(?!127\.0\.0\.1)[\w.-]+:\d+/.exec(result)?.[0];
  if (elsewhere !== undefined) throw new Error(`${elsewhere} is not replaced in ${text}`);
  return result;
}
