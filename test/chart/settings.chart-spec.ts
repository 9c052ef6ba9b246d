import { expect, it } from '@jest/globals';

import {
  CrashFeedConfig,
  CrashIndexConfig,
  CrashmoverBackendConfig,
  CrashStatsBackendConfig,
  IngestBackendConfig,
  ProcessorBackendConfig,
} from '#antenna/backends';
import {
  describeConfig,
  type Environment,
  loadConfigs,
  type SettingDescription,
} from '#antenna/service';
import { SymbolsConfig } from '#antenna/symbols';

import { CrashStatsConfig } from '../../apps/crash-stats/src/index.js';
import { CrashmoverConfig } from '../../apps/crashmover/src/index.js';
import { IngestConfig } from '../../apps/ingest/src/index.js';
import { ProcessorConfig } from '../../apps/processor/src/index.js';
import { RulesServiceConfig } from '../../apps/throttle-config/src/index.js';
import { exampleValues, render, type Values } from './support/chart.js';
import { environmentOf } from './support/environment.js';
import { describeWith } from './support/describe-with.js';

interface Service {
  readonly component: string;
  readonly classes: readonly (new () => object)[];
  readonly load: (environment: Environment) => unknown;
}

const services: readonly Service[] = [
  {
    component: 'ingest',
    classes: [IngestConfig, IngestBackendConfig],
    load: (environment) =>
      loadConfigs({ own: IngestConfig, backend: IngestBackendConfig }, environment),
  },
  {
    component: 'crashmover',
    classes: [CrashmoverConfig, CrashmoverBackendConfig],
    load: (environment) =>
      loadConfigs({ own: CrashmoverConfig, backend: CrashmoverBackendConfig }, environment),
  },
  {
    component: 'processor',
    classes: [ProcessorConfig, ProcessorBackendConfig, SymbolsConfig, CrashFeedConfig],
    load: (environment) =>
      loadConfigs(
        {
          own: ProcessorConfig,
          backend: ProcessorBackendConfig,
          symbols: SymbolsConfig,
          crashIndex: CrashFeedConfig,
        },
        environment,
      ),
  },
  {
    component: 'crash-stats',
    classes: [CrashStatsConfig, CrashStatsBackendConfig, CrashIndexConfig],
    load: (environment) =>
      loadConfigs(
        { own: CrashStatsConfig, backend: CrashStatsBackendConfig, crashIndex: CrashIndexConfig },
        environment,
      ),
  },
  {
    component: 'throttle-config',
    classes: [RulesServiceConfig],
    load: (environment) => loadConfigs({ own: RulesServiceConfig }, environment),
  },
];

/** Variables that Node.js, the AWS SDK and OpenTelemetry read themselves. */
const foreign = /^(NODE_OPTIONS|AWS_ACCESS_KEY_ID|AWS_SECRET_ACCESS_KEY|OTEL_[A-Z_]+|POD_NAME)$/;
const credentials = ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY'];

describeWith('helm').each(exampleValues())('the settings of $file', ({ values }) => {
  const chart = () => render(values);
  const present = () => services.filter(({ component }) => chart().has(component));

  it('exist in the services that receive them', () => {
    for (const { component, classes } of present()) {
      const { values: plain, secrets } = environmentOf(chart(), component);
      const names = [...Object.keys(plain), ...Object.keys(secrets)];
      expect(names).toContain('PORT');
      const known = new Set([...settingsOf(classes).map(({ env }) => env), ...extra(values)]);
      const unknown = names.filter((name) => !known.has(name) && !foreign.test(name));
      expect({ component, unknown }).toEqual({ component, unknown: [] });
    }
  });

  it('are valid and complete for each service', () => {
    for (const { component, load } of present()) {
      const { values: plain, secrets } = environmentOf(chart(), component);
      const kept = Object.fromEntries(
        Object.keys(secrets).map((name) => [name, 'the content of a secret']),
      );
      expect(() => load({ ...plain, ...kept })).not.toThrow();
    }
  });

  it('are references to Secrets if they are secret', () => {
    for (const { component, classes } of present()) {
      const { values: plain } = environmentOf(chart(), component);
      const secret = settingsOf(classes).filter((setting) => setting.secret);
      const names = new Set([...secret.map(({ env }) => env), ...credentials]);
      expect(secret).not.toEqual([]);
      const open = Object.keys(plain).filter((name) => names.has(name));
      expect({ component, open }).toEqual({ component, open: [] });
    }
    expect(chart().ofKind('Secret')).toEqual([]);
  });
});

function settingsOf(classes: Service['classes']): SettingDescription[] {
  return classes.flatMap((config) => describeConfig(config));
}

/** Variables that the user adds to one of the components. */
function extra(values: Values): string[] {
  const sections = Object.values(values) as { extraEnv?: readonly { name: string }[] }[];
  return sections.flatMap(({ extraEnv = [] }) => extraEnv.map(({ name }) => name));
}
