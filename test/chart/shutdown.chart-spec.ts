import { expect, it } from '@jest/globals';

import { loadConfig } from '#antenna/service';

import { CrashStatsConfig } from '../../apps/crash-stats/src/index.js';
import { CrashmoverConfig } from '../../apps/crashmover/src/index.js';
import { IngestConfig } from '../../apps/ingest/src/index.js';
import { ProcessorConfig } from '../../apps/processor/src/index.js';
import { RulesServiceConfig } from '../../apps/throttle-config/src/index.js';
import { exampleValues, render, type RenderedChart, type Values } from './support/chart.js';
import { environmentOf } from './support/environment.js';
import { describeWith } from './support/describe-with.js';

/** A pod's termination: preStop, then SIGTERM and the service's own time, all within the grace period. */
interface Ending {
  readonly granted: number;
  readonly preStop: number;
  readonly environment: Readonly<Record<string, string>>;
}

const slow: Values = {
  ingest: { uploadTimeout: '45m', drainTimeout: '90s', preStopSleepSeconds: 40 },
};
const examples = [...exampleValues(), { file: 'slow uploads', values: slow }];

describeWith('helm').each(examples)('a terminating pod with $file', ({ values }) => {
  it('of ingest has enough time for preStop, uploads and shipping', () => {
    const { granted, preStop, environment } = endingOf(render(values), 'ingest');
    const config = loadConfig(IngestConfig, environment);
    const working = config.uploadTimeoutMs + config.drainTimeoutMs;
    expect(config.shutdownGrace).toBeGreaterThanOrEqual(working);
    expect(granted * 1000).toBeGreaterThan(preStop * 1000 + config.shutdownGrace);
  });

  it('of ingest serves requests until load balancers have removed it', () => {
    expect(endingOf(render(values), 'ingest').preStop).toBeGreaterThan(0);
  });

  it('of another service has its SHUTDOWN_GRACE', () => {
    const chart = render(values);
    const graces = [endingOf(chart, 'crashmover')].map((ending) => {
      return { ending, grace: loadConfig(CrashmoverConfig, ending.environment).shutdownGrace };
    });
    if (chart.has('throttle-config')) {
      const ending = endingOf(chart, 'throttle-config');
      graces.push({
        ending,
        grace: loadConfig(RulesServiceConfig, ending.environment).shutdownGrace,
      });
    }
    if (chart.has('processor')) {
      const ending = endingOf(chart, 'processor');
      graces.push({ ending, grace: loadConfig(ProcessorConfig, ending.environment).shutdownGrace });
    }
    if (chart.has('crash-stats')) {
      const ending = endingOf(chart, 'crash-stats');
      const environment = { ...ending.environment, AUTH_PROXY_SECRET: 'the content of a secret' };
      graces.push({ ending, grace: loadConfig(CrashStatsConfig, environment).shutdownGrace });
    }
    for (const { ending, grace } of graces)
      expect(ending.granted * 1000).toBeGreaterThan(ending.preStop * 1000 + grace);
  });
});

describeWith('helm').each(exampleValues())('replaced pods with $file', ({ values }) => {
  it('of ingest stop one at a time, each after its predecessor is ready', () => {
    const { podManagementPolicy, updateStrategy } = render(values).the('StatefulSet', 'ingest')[
      'spec'
    ] as {
      podManagementPolicy: string;
      updateStrategy: unknown;
    };
    expect(podManagementPolicy).toBe('Parallel');
    expect(updateStrategy).toMatchObject({ type: 'RollingUpdate' });
  });

  it('of throttle-config start before others stop', () => {
    const chart = render(values);
    const strategies = chart
      .of('Deployment', 'throttle-config')
      .map(({ spec }) => (spec as { strategy: unknown }).strategy);
    for (const strategy of strategies) {
      expect(strategy).toMatchObject({
        type: 'RollingUpdate',
        rollingUpdate: { maxUnavailable: 0 },
      });
    }
  });

  it('can be evicted, but not all at once', () => {
    const chart = render(values);
    for (const budget of chart.ofKind('PodDisruptionBudget')) {
      const { maxUnavailable, minAvailable } = budget['spec'] as {
        maxUnavailable?: number | string;
        minAvailable?: unknown;
      };
      expect([1, '25%', '50%', undefined]).toContain(maxUnavailable);
      expect([1, '50%', undefined]).toContain(minAvailable);
    }
  });
});

describeWith('helm')('the pods of ingest without values', () => {
  it('are at least two while one is replaced or evicted', () => {
    const chart = render();
    const pods = chart.workload('ingest').spec.replicas ?? 0;
    const { maxUnavailable } = chart.the('PodDisruptionBudget', 'ingest')['spec'] as {
      maxUnavailable: number;
    };
    expect(pods - maxUnavailable).toBeGreaterThanOrEqual(2);
  });

  it('keep their volumes after scale-down and uninstallation', () => {
    const { persistentVolumeClaimRetentionPolicy } = render().the('StatefulSet', 'ingest')[
      'spec'
    ] as {
      persistentVolumeClaimRetentionPolicy: unknown;
    };
    expect(persistentVolumeClaimRetentionPolicy).toEqual({
      whenDeleted: 'Retain',
      whenScaled: 'Retain',
    });
  });
});

function endingOf(chart: RenderedChart, component: string): Ending {
  const { terminationGracePeriodSeconds = 30, containers } =
    chart.workload(component).spec.template.spec;
  return {
    granted: terminationGracePeriodSeconds,
    preStop: containers[0]?.lifecycle?.preStop?.sleep?.seconds ?? 0,
    environment: environmentOf(chart, component).values,
  };
}
