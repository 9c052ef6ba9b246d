/** Runs helm on the chart. */
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

import { parse, parseAllDocuments } from 'yaml';

import { helmProgram } from '../../../tools/kubernetes/cluster-tools.js';
import {
  type KubernetesObject,
  type PodSpec,
  podSpecOf,
  type Workload,
} from './kubernetes-object.js';

export const chartFolder = resolve('charts/antenna');
export const release = { name: 'reports', namespace: 'crashes' };

export type Values = Readonly<Record<string, unknown>>;

/** The values in a file of the chart's `ci` folder. */
export interface ExampleValues {
  readonly file: string;
  readonly values: Values;
}

/** The default values and the values in each `ci/*-values.yaml`. */
export function exampleValues(): readonly ExampleValues[] {
  const files = readdirSync(join(chartFolder, 'ci')).filter((file) =>
    file.endsWith('-values.yaml'),
  );
  const examples = files.map((file) => {
    const yaml = readFileSync(join(chartFolder, 'ci', file), 'utf8');
    return { file, values: (parse(yaml) ?? {}) as Values };
  });
  return [{ file: 'default values', values: {} }, ...examples];
}

export function chartMetadata(): { readonly kubeVersion: string; readonly appVersion: string } {
  return parse(readFileSync(join(chartFolder, 'Chart.yaml'), 'utf8')) as ReturnType<
    typeof chartMetadata
  >;
}

/** Runs helm with the values on standard input. */
export function helm(
  args: readonly string[],
  values: Values = {},
): { code: number | null; output: string; errors: string } {
  const { status, stdout, stderr } = spawnSync(helmProgram() ?? 'helm', args, {
    input: JSON.stringify(values),
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  return { code: status, output: stdout, errors: stderr };
}

const renderings = new Map<string, RenderedChart>();

/**
 * The rendered objects.
 * @param apiVersions of custom resources in the cluster, such as `keda.sh/v1alpha1`
 * @throws Error with helm's message if it refuses the values
 */
export function render(
  values: Values = {},
  chart = chartFolder,
  apiVersions: readonly string[] = [],
  name = release.name,
): RenderedChart {
  const key = JSON.stringify([chart, name, values, apiVersions]);
  const rendered =
    renderings.get(key) ?? new RenderedChart(objectsIn(template(values, chart, apiVersions, name)));
  renderings.set(key, rendered);
  return rendered;
}

function template(
  values: Values,
  chart: string,
  apiVersions: readonly string[],
  name: string,
): string {
  const { namespace } = release;
  const cluster = apiVersions.flatMap((version) => ['--api-versions', version]);
  const args = ['template', name, chart, '--namespace', namespace, '--values', '-', ...cluster];
  const { code, output, errors } = helm(args, values);
  if (code !== 0) throw new Error(errors);
  return output;
}

/** Helm's message when it refuses the values. @throws Error if it accepts them */
export function refusalOf(values: Values): string {
  const { code, errors } = helm(['template', release.name, chartFolder, '--values', '-'], values);
  if (code === 0) throw new Error(`helm accepted ${JSON.stringify(values)}`);
  return errors;
}

/** The objects of one rendering. */
export class RenderedChart {
  constructor(readonly objects: readonly KubernetesObject[]) {}

  ofKind(kind: string): readonly KubernetesObject[] {
    return this.objects.filter((object) => object.kind === kind);
  }

  /** The objects of one kind and component, by the label of the component. */
  of(kind: string, component: string): readonly KubernetesObject[] {
    return this.ofKind(kind).filter((object) => componentOf(object) === component);
  }

  /** @throws Error unless there is exactly one */
  the(kind: string, component: string): KubernetesObject {
    const [found, ...more] = this.of(kind, component);
    const count = more.length + (found ? 1 : 0);
    if (!found || count > 1) throw new Error(`${component} has ${count} objects of kind ${kind}`);
    return found;
  }

  named(kind: string, name: string): KubernetesObject | undefined {
    return this.ofKind(kind).find(({ metadata }) => metadata.name === name);
  }

  /** Deployments and StatefulSets. */
  get workloads(): readonly Workload[] {
    return [...this.ofKind('StatefulSet'), ...this.ofKind('Deployment')] as Workload[];
  }

  has(component: string): boolean {
    return this.workloads.some((workload) => componentOf(workload) === component);
  }

  workload(component: string): Workload {
    const found = this.workloads.find((workload) => componentOf(workload) === component);
    if (!found) throw new Error(`${component} has no workload`);
    return found;
  }

  /** All objects with pods, including the test. */
  get pods(): readonly {
    readonly owner: string;
    readonly component: string;
    readonly spec: PodSpec;
  }[] {
    return this.objects.flatMap((object) => {
      const spec = podSpecOf(object);
      const owner = `${object.kind} ${object.metadata.name}`;
      return spec ? [{ owner, component: componentOf(object), spec }] : [];
    });
  }
}

function componentOf({ metadata }: KubernetesObject): string {
  return metadata.labels?.['app.kubernetes.io/component'] ?? '';
}

function objectsIn(yaml: string): readonly KubernetesObject[] {
  const documents = parseAllDocuments(yaml);
  const errors = documents.flatMap((document) => document.errors);
  if (errors.length > 0) throw new Error(errors.map(({ message }) => message).join('\n'));
  return documents
    .map((document) => document.toJSON() as KubernetesObject | null)
    .filter((object) => object !== null);
}

/** Merges values like helm merges several files: maps are merged by key, other values are replaced. */
export function merged(values: Values, over: Values): Values {
  const result: Record<string, unknown> = { ...values };
  for (const [key, value] of Object.entries(over)) {
    const before = result[key];
    result[key] = isMap(before) && isMap(value) ? merged(before, value) : value;
  }
  return result;
}

function isMap(value: unknown): value is Values {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The name that a StatefulSet of the release gives to a pod. */
export function podName(component: string, ordinal: number | string): string {
  return `${release.name}-antenna-${component}-${ordinal}`;
}
