/** The scaling that the chart asks for: read from it, so that it is never said twice. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';

import type { QueueScaling } from './crashmover-day.js';
import type { CpuScaling } from './ingest-day.js';
import type { ScalingBehavior, ScalingRules } from './scaling-behavior.js';

export interface ChartScaling {
  readonly crashmover: QueueScaling & { readonly pod: ChartPod & { readonly concurrency: number } };
  readonly ingest: CpuScaling & { readonly pod: ChartPod };
}

export interface ChartPod {
  readonly requestCores: number;
  readonly limitCores: number;
}

interface Values {
  readonly crashmover: {
    readonly autoscaling: Replicas & { readonly keda: { readonly queueLength: number } };
    readonly settings: { readonly CONCURRENCY?: number };
    readonly resources: Resources;
  };
  readonly ingest: {
    readonly autoscaling: Replicas & { readonly targetCPUUtilizationPercentage: number };
    readonly resources: Resources;
  };
}

interface Replicas {
  readonly minReplicas: number;
  readonly maxReplicas: number;
}

interface Resources {
  readonly requests: { readonly cpu: string };
  readonly limits: { readonly cpu: string };
}

/** `CONCURRENCY` of docs/configuration.md, unless the chart's settings say otherwise. */
const defaultConcurrency = 16;

/**
 * @param directory of the chart
 * @throws Error when it is not there, or not as it was when this was written.
 */
export async function readChart(directory: string): Promise<ChartScaling> {
  const text = async (...path: string[]): Promise<string> =>
    await readFile(join(directory, ...path), 'utf8');
  const { crashmover, ingest } = parse(await text('values.yaml')) as Values;
  const moverBehavior = between(
    await text('templates', 'crashmover', '_crashmover.tpl'),
    '{{- define "antenna.crashmover.scaling" -}}\n',
    '{{- end -}}',
  );
  const ingestBehavior = between(
    await text('templates', 'ingest', 'autoscaler.yaml'),
    '  behavior:\n',
    '{{- end }}',
  );
  return {
    crashmover: {
      ...replicas(crashmover.autoscaling),
      queueLength: crashmover.autoscaling.keda.queueLength,
      counts: 'waiting and in work',
      behavior: behavior(moverBehavior, crashmover.autoscaling),
      pod: {
        ...pod(crashmover.resources),
        concurrency: crashmover.settings.CONCURRENCY ?? defaultConcurrency,
      },
    },
    ingest: {
      ...replicas(ingest.autoscaling),
      targetUtilization: ingest.autoscaling.targetCPUUtilizationPercentage,
      behavior: behavior(ingestBehavior, ingest.autoscaling),
      pod: pod(ingest.resources),
    },
  };
}

/** Cores of a Kubernetes quantity such as `250m` or `2`. */
export function cores(quantity: string): number {
  const match = /^(\d+(?:\.\d+)?)(m?)$/.exec(quantity);
  if (!match) throw new Error(`${quantity} is no amount of CPU`);
  return Number(match[1]) / (match[2] === 'm' ? 1000 : 1);
}

function pod({ requests, limits }: Resources): ChartPod {
  return { requestCores: cores(requests.cpu), limitCores: cores(limits.cpu) };
}

function replicas({ minReplicas, maxReplicas }: Replicas): Replicas {
  return { minReplicas, maxReplicas };
}

/** What the template becomes with these values; it has nothing but plain substitutions. */
function behavior(template: string, values: object): ScalingBehavior {
  const known = new Map<string, unknown>(Object.entries(values));
  const text = template.replaceAll(/\{\{ \.(\w+) \}\}/g, (_, name: string) => {
    const value = known.get(name);
    if (typeof value !== 'number') throw new Error(`the chart has no number named ${name}`);
    return String(value);
  });
  const { scaleUp, scaleDown } = parse(text) as Record<keyof ScalingBehavior, PartialRules>;
  return { scaleUp: withDefaults(scaleUp), scaleDown: withDefaults(scaleDown) };
}

type PartialRules = Omit<ScalingRules, 'selectPolicy'> & Partial<ScalingRules>;

function withDefaults(rules: PartialRules): ScalingRules {
  return { selectPolicy: 'Max', ...rules };
}

function between(text: string, start: string, end: string): string {
  const from = text.indexOf(start);
  const to = text.indexOf(end, from);
  if (from < 0 || to < 0) throw new Error(`the chart has no ${start.trim()} any more`);
  return text.slice(from + start.length, to);
}
