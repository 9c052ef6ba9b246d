import type { RenderedChart } from '../support/chart.js';
import type { Container, EnvironmentVariable } from '../support/kubernetes-object.js';

/**
 * The replacements for strings that only a cluster can resolve. This list is complete: everything else reaches a process
 * as the chart has rendered it.
 */
export interface Substitutions {
  /** Loopback addresses by the names of Services (`host:port`). */
  readonly addresses: ReadonlyMap<string, string>;
  /** Folders by mount paths. */
  readonly mounts: ReadonlyMap<string, string>;
  /** The port of the container, because all pods share one address. Replaces only PORT. */
  readonly port: number;
  /** Values of Secrets, `secret/key`. */
  readonly secrets: ReadonlyMap<string, string>;
  /** Values of the downward API, by field path. */
  readonly fields: ReadonlyMap<string, string>;
}

/**
 * The environment that kubelet gives to a container.
 * @throws Error for a reference to a missing object, an address of a missing Service, or a path outside the container's
 *   volumes
 */
export function podEnvironment(
  chart: RenderedChart,
  container: Container,
  substitutions: Substitutions,
): Record<string, string> {
  const environment: Record<string, string> = {};
  for (const { configMapRef } of container.envFrom ?? []) {
    const map = chart.named('ConfigMap', configMapRef?.name ?? '');
    if (!map) throw new Error(`the ConfigMap ${configMapRef?.name} does not exist`);
    Object.assign(environment, map['data']);
  }
  for (const variable of container.env ?? [])
    environment[variable.name] = valueOf(variable, environment, substitutions);
  const substituted = Object.fromEntries(
    Object.entries(environment).map(([name, value]) => [
      name,
      withReplacements(value, substitutions),
    ]),
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

/** Replaces the addresses and paths in a string of the manifest. */
export function withReplacements(
  string: string,
  { addresses, mounts }: Pick<Substitutions, 'addresses' | 'mounts'>,
): string {
  if (string.startsWith('/')) {
    const mount = [...mounts].find(([path]) => string === path || string.startsWith(`${path}/`));
    if (!mount) throw new Error(`${string} is not on a volume`);
    return mount[1] + string.slice(mount[0].length);
  }
  let result = string;
  for (const [name, address] of addresses) result = result.replaceAll(`//${name}`, `//${address}`);
  const unreplaced = /\/\/(?!127\.0\.0\.1)[\w.-]+:\d+/.exec(result)?.[0];
  if (unreplaced !== undefined) throw new Error(`${unreplaced} is not replaced in ${string}`);
  return result;
}
