import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';

import type { AutoscalerSpec, ScalingBehavior, ScalingRules } from './horizontal-pod-autoscaler.js';

/** The autoscaling of the chart, read from it so that it is written down once. */
export interface ChartScaling {
  readonly crashmover: QueueScaling;
  readonly ingest: CpuScaling;
}

export interface QueueScaling extends AutoscalerSpec {
  /** Target of the autoscaler: messages per pod. */
  readonly queueLength: number;
  readonly counts: 'waiting and in flight' | 'waiting';
  readonly pod: ChartPod & { readonly concurrency: number };
}

export interface CpuScaling extends AutoscalerSpec {
  /** Target of the autoscaler: percent of the request. */
  readonly targetUtilization: number;
  readonly pod: ChartPod;
}

interface ChartPod {
  readonly requestCores: number;
  /** Cores that its process can use: at most one, because Node.js has one event loop. */
  readonly usableCores: number;
}

interface Service {
  readonly autoscaling: {
    readonly minReplicas: number;
    readonly maxReplicas: number;
    readonly keda: { readonly queueLength: number };
    readonly targetCPUUtilizationPercentage: number;
  };
  readonly settings: { readonly CONCURRENCY?: number };
  readonly resources: Readonly<Record<'requests' | 'limits', { readonly cpu: string }>>;
}

/** `CONCURRENCY` of docs/configuration.md, unless the chart's settings change it. */
const defaultConcurrency = 16;

/** @throws Error when the directory has no chart, or one whose templates changed their form. */
export async function readChart(directory: string): Promise<ChartScaling> {
  const read = async (...path: string[]): Promise<string> =>
    await readFile(join(directory, ...path), 'utf8');
  const values = parse(await read('values.yaml')) as Record<keyof ChartScaling, Service>;
  const { crashmover, ingest } = values;
  const moverTemplate = between(
    await read('templates', 'crashmover', '_crashmover.tpl'),
    '{{- define "antenna.crashmover.scaling" -}}\n',
    '{{- end -}}',
  );
  const ingestTemplate = between(
    await read('templates', 'ingest', 'autoscaler.yaml'),
    '  behavior:\n',
    '{{- end }}',
  );
  const concurrency = crashmover.settings.CONCURRENCY ?? defaultConcurrency;
  return {
    crashmover: {
      ...autoscaler(crashmover, moverTemplate),
      queueLength: crashmover.autoscaling.keda.queueLength,
      counts: 'waiting and in flight',
      pod: { ...pod(crashmover), concurrency },
    },
    ingest: {
      ...autoscaler(ingest, ingestTemplate),
      targetUtilization: ingest.autoscaling.targetCPUUtilizationPercentage,
      pod: pod(ingest),
    },
  };
}

/** Cores of a Kubernetes quantity such as `250m` or `2`. */
export function cores(quantity: string): number {
  const match = /^(\d+(?:\.\d+)?)(m?)$/.exec(quantity);
  if (!match) throw new Error(`${quantity} is not an amount of CPU`);
  return Number(match[1]) / (match[2] === 'm' ? 1000 : 1);
}

function pod({ resources: { requests, limits } }: Service): ChartPod {
  return { requestCores: cores(requests.cpu), usableCores: Math.min(1, cores(limits.cpu)) };
}

/** Without `selectPolicy`, whose default the chart keeps. */
type UnselectedRules = Omit<ScalingRules, 'selectPolicy'>;

/** Fills in a template of a `behavior`, which has only plain substitutions. */
function autoscaler({ autoscaling }: Service, template: string): AutoscalerSpec {
  const known = new Map<string, unknown>(Object.entries(autoscaling));
  const filled = template.replaceAll(/\{\{ \.(\w+) \}\}/g, (_, name: string) => {
    const value = known.get(name);
    if (typeof value !== 'number') throw new Error(`the chart has no number named ${name}`);
    return String(value);
  });
  const { scaleUp, scaleDown } = parse(filled) as Record<keyof ScalingBehavior, UnselectedRules>;
  const selectPolicy = 'Max';
  return {
    minReplicas: autoscaling.minReplicas,
    maxReplicas: autoscaling.maxReplicas,
    behavior: {
      scaleUp: { selectPolicy, ...scaleUp },
      scaleDown: { selectPolicy, ...scaleDown },
    },
  };
}

function between(template: string, start: string, end: string): string {
  const from = template.indexOf(start);
  const to = template.indexOf(end, from);
  if (from < 0 || to < 0) throw new Error(`the chart has no ${start.trim()} any more`);
  return template.slice(from + start.length, to);
}
