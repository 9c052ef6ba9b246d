import { expect, it } from '@jest/globals';

import { exampleValues, render, type RenderedChart, type Values } from './support/chart.js';
import type { KubernetesObject } from './support/kubernetes-object.js';
import { describeWith } from './support/describe-with.js';

interface Scaler {
  readonly scaleTargetRef: {
    readonly apiVersion?: string;
    readonly kind?: string;
    readonly name: string;
  };
}

interface Behavior {
  readonly scaleUp: { readonly stabilizationWindowSeconds: number };
  readonly scaleDown: {
    readonly stabilizationWindowSeconds: number;
    readonly policies: readonly {
      readonly type: string;
      readonly value: number;
      readonly periodSeconds: number;
    }[];
  };
}

const queueURL = 'https://sqs.eu-west-1.amazonaws.com/123456789012/antenna-intake';
const asItself = { identityOwner: 'keda' };
const keda: Values = {
  crashmover: { autoscaling: { mode: 'keda', keda: { queueURL, authentication: asItself } } },
};
const external: Values = { crashmover: { autoscaling: { mode: 'external' } } };
const cpu: Values = { crashmover: { autoscaling: { mode: 'cpu' } } };

const withHelm = describeWith('helm');

withHelm.each(exampleValues())('the number of pods with $file', ({ values }) => {
  it('is set either by the chart or by an autoscaler', () => {
    const chart = render(values);
    const scaled = scalersOf(chart).map((scaler) => targetOf(chart, scaler));
    for (const { metadata, spec } of chart.workloads) {
      const times = scaled.filter((name) => name === metadata.name).length;
      expect([metadata.name, times + (spec.replicas === undefined ? 0 : 1)]).toEqual([
        metadata.name,
        1,
      ]);
    }
  });
});

withHelm('crashmover', () => {
  it('is scaled by KEDA by the length of the queue with the given URL', () => {
    const scaled = render(keda).the('ScaledObject', 'crashmover');
    const { triggers } = scaled['spec'] as {
      triggers: readonly { type: string; metadata: object; authenticationRef: { name: string } }[];
    };
    expect(triggers).toHaveLength(1);
    expect(triggers[0]?.type).toBe('aws-sqs-queue');
    expect(triggers[0]?.metadata).toMatchObject({
      queueURL,
      queueLength: '1',
      awsRegion: 'us-east-1',
    });
    const authentication = render(keda).the('TriggerAuthentication', 'crashmover');
    expect(triggers[0]?.authenticationRef.name).toBe(authentication.metadata.name);
  });

  it('is configured with strings where KEDA requires strings', () => {
    const { triggers } = render(keda).the('ScaledObject', 'crashmover')['spec'] as {
      triggers: readonly { metadata: object }[];
    };
    for (const value of Object.values(triggers[0]?.metadata ?? {}))
      expect(typeof value).toBe('string');
  });

  it('is scaled by an external metric with its name and labels', () => {
    const matchLabels = { queue: 'antenna-intake' };
    const autoscaling = { mode: 'external', external: { metricName: 'backlog', matchLabels } };
    const { metrics } = render({ crashmover: { autoscaling } }).the(
      'HorizontalPodAutoscaler',
      'crashmover',
    )['spec'] as { metrics: unknown };
    expect(metrics).toEqual([
      {
        type: 'External',
        external: {
          metric: { name: 'backlog', selector: { matchLabels } },
          target: { type: 'AverageValue', averageValue: '1' },
        },
      },
    ]);
  });

  it.each([
    ['keda', keda],
    ['external', external],
    ['cpu', cpu],
  ])('increases at once and decreases slowly: %s', (_mode, values) => {
    const { scaleUp, scaleDown } = behaviorOf(render(values));
    expect(scaleUp.stabilizationWindowSeconds).toBe(0);
    expect(scaleDown.stabilizationWindowSeconds).toBe(300);
    const percent = scaleDown.policies.find(({ type }) => type === 'Percent');
    expect(percent?.periodSeconds).toBe(60);
    expect(percent?.value).toBeGreaterThanOrEqual(10);
    expect(percent?.value).toBeLessThanOrEqual(25);
  });
});

withHelm('ingest', () => {
  const enabled = { enabled: true, holdWhileSpooled: { enabled: true } };

  it('is scaled only by CPU by default', () => {
    expect(metricsOf({ enabled: true })).toMatchObject([
      { type: 'ContainerResource', containerResource: { name: 'cpu', container: 'ingest' } },
    ]);
  });

  it('is held but never scaled up by a backlog: the metric is 0 or 1 and its target 1', () => {
    expect(metricsOf(enabled)).toMatchObject([
      { type: 'ContainerResource' },
      { type: 'External', external: { target: { type: 'Value', value: '1' } } },
    ]);
  });

  it('decreases by one pod at a time', () => {
    const chart = render({ ingest: { autoscaling: enabled } });
    const { behavior } = chart.the('HorizontalPodAutoscaler', 'ingest')['spec'] as {
      behavior: Behavior;
    };
    expect(behavior.scaleDown.policies).toEqual([{ type: 'Pods', value: 1, periodSeconds: 60 }]);
  });
});

function metricsOf(autoscaling: object): unknown {
  const scaler = render({ ingest: { autoscaling } }).the('HorizontalPodAutoscaler', 'ingest');
  return (scaler['spec'] as { metrics: unknown }).metrics;
}

function scalersOf(chart: RenderedChart): readonly KubernetesObject[] {
  return [...chart.ofKind('HorizontalPodAutoscaler'), ...chart.ofKind('ScaledObject')];
}

/** The name of the scaled workload; undefined if the target has another kind. */
function targetOf(chart: RenderedChart, { spec }: KubernetesObject): string | undefined {
  const { kind = 'Deployment', name } = (spec as Scaler).scaleTargetRef;
  return chart.named(kind, name)?.metadata.name;
}

function behaviorOf(chart: RenderedChart): Behavior {
  const [scaler] = [
    ...chart.of('HorizontalPodAutoscaler', 'crashmover'),
    ...chart.of('ScaledObject', 'crashmover'),
  ];
  const spec = scaler?.['spec'] as {
    behavior?: Behavior;
    advanced?: { horizontalPodAutoscalerConfig: { behavior: Behavior } };
  };
  const behavior = spec.behavior ?? spec.advanced?.horizontalPodAutoscalerConfig.behavior;
  if (!behavior) throw new Error('no behavior');
  return behavior;
}
