import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';

import { CrashmoverConfig } from '../../apps/crashmover/src/crashmover.config.js';
import type { AutoscalerSpec } from './horizontal-pod-autoscaler.js';

/** The autoscaling of the chart. */
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
    readonly [name: string]: unknown;
    readonly minReplicas: number;
    readonly maxReplicas: number;
    readonly keda: { readonly queueLength: number };
    readonly targetCPUUtilizationPercentage: number;
  };
  readonly settings: { readonly CONCURRENCY?: number };
  readonly resources: Readonly<Record<'requests' | 'limits', { readonly cpu: string }>>;
}

/** @throws Error if the directory has no chart, or its templates have another form */
export async function readChart(directory: string): Promise<ChartScaling> {
  const read = async (path: string): Promise<string> =>
    await readFile(join(directory, path), 'utf8');
  const { crashmover, ingest } = parse(await read('values.yaml')) as Record<
    keyof ChartScaling,
    Service
  >;
  const concurrency = crashmover.settings.CONCURRENCY ?? new CrashmoverConfig().concurrency;
  const queueTemplate = await read('templates/_queue-scaling.tpl');
  const ingestTemplate = await read('templates/ingest/_ingest.tpl');
  return {
    crashmover: {
      ...autoscaler(crashmover, queueTemplate, 'antenna.queueScaling.chartBehavior'),
      queueLength: crashmover.autoscaling.keda.queueLength,
      counts: 'waiting and in flight',
      pod: { ...pod(crashmover), concurrency },
    },
    ingest: {
      ...autoscaler(ingest, ingestTemplate, 'antenna.ingest.scaling'),
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

/** Reads the `behavior` that a named template defines; it has only plain substitutions. */
function autoscaler({ autoscaling }: Service, templates: string, name: string): AutoscalerSpec {
  const [, definition] = templates.split(`{{- define "${name}" -}}\n`);
  const behavior = definition?.split(/\{\{-? end /)[0];
  if (behavior === undefined) throw new Error(`the chart has no template ${name}`);
  const filled = behavior.replaceAll(/\{\{ \.(\w+) \}\}/g, (_, key: string) => {
    const value = autoscaling[key];
    if (typeof value !== 'number') throw new Error(`the chart has no number named ${key}`);
    return String(value);
  });
  const { minReplicas, maxReplicas } = autoscaling;
  return { minReplicas, maxReplicas, behavior: parse(filled) as AutoscalerSpec['behavior'] };
}
