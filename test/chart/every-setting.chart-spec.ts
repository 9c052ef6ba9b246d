import { readFileSync } from 'node:fs';

import { expect, it } from '@jest/globals';

import {
  CrashFeedConfig,
  CrashIndexConfig,
  CrashmoverBackendConfig,
  CrashStatsBackendConfig,
  IngestBackendConfig,
  ProcessorBackendConfig,
} from '#antenna/backends';
import { describeConfig } from '#antenna/service';
import { SymbolsConfig } from '#antenna/symbols';

import { CrashStatsConfig } from '../../apps/crash-stats/src/index.js';
import { CrashmoverConfig } from '../../apps/crashmover/src/index.js';
import { IngestConfig } from '../../apps/ingest/src/index.js';
import { ProcessorConfig } from '../../apps/processor/src/index.js';
import { RulesServiceConfig } from '../../apps/throttle-config/src/index.js';
import { exampleValues, merged, render } from './support/chart.js';
import { environmentOf } from './support/environment.js';
import { describeWith } from './support/describe-with.js';

interface Schema {
  readonly $defs: Readonly<
    Record<string, { readonly properties: Readonly<Record<string, object>> }>
  >;
}

const schema = JSON.parse(readFileSync('charts/antenna/values.schema.json', 'utf8')) as Schema;

/** The chart's examples, and one for values that none of them sets. */
const prefixes = { staging: { prefix: 'antenna/' }, crashes: { prefix: 'antenna/' } };
const withAll = {
  processor: { enabled: true },
  tests: { readQueue: false },
  crashIndex: { url: 'https://opensearch.example.org' },
  crashStats: {
    enabled: true,
    auth: {
      proxySecret: { existingSecret: 'x' },
      networks: ['10.0.0.0/8'],
      viewerGroups: ['engineers'],
    },
  },
};
const examples = [
  ...exampleValues().map(({ values }) => values),
  { buckets: prefixes, crashIndex: { awsRegion: 'us-east-1' } },
].map((values) => merged(values, withAll));

/** `different`: the settings whose values in a cluster differ from the defaults on purpose. */
const components = [
  {
    component: 'ingest',
    section: 'ingest',
    classes: [IngestConfig, IngestBackendConfig],
    // The rules come from throttle-config, the data from the cloud; a pod has its port alone.
    outsideClusters: ['RULES_FILE', 'ANTENNA_DATA_DIR', 'REUSE_PORT'],
    different: [
      'AWS_REGION',
      'BACKEND',
      'DRAIN_TIMEOUT',
      'LOG_FORMAT',
      'SHUTDOWN_GRACE',
      'SPOOL_CAPACITY',
      'SPOOL_DIR',
      'STAGING_BUCKET',
      'STARTUP_GATE',
      'THROTTLE_CONFIG_REPLICAS',
      'THROTTLE_CONFIG_URL',
    ],
  },
  {
    component: 'crashmover',
    section: 'crashmover',
    classes: [CrashmoverConfig, CrashmoverBackendConfig],
    // Buckets have lifecycle rules instead.
    outsideClusters: ['ANTENNA_DATA_DIR', 'RETENTION'],
    different: [
      'AWS_REGION',
      'BACKEND',
      'CRASH_BUCKET',
      'LOG_FORMAT',
      'SHUTDOWN_GRACE',
      'STAGING_BUCKET',
    ],
  },
  {
    component: 'processor',
    section: 'processor',
    classes: [ProcessorConfig, ProcessorBackendConfig, SymbolsConfig, CrashFeedConfig],
    outsideClusters: ['ANTENNA_DATA_DIR'],
    different: [
      'AWS_REGION',
      'BACKEND',
      'CRASH_BUCKET',
      'CRASH_INDEX',
      'LOG_FORMAT',
      'SHUTDOWN_GRACE',
      'SYMBOL_CACHE_BYTES',
      'SYMBOL_CACHE_DIR',
    ],
  },
  {
    component: 'crash-stats',
    section: 'crashStats',
    classes: [CrashStatsConfig, CrashStatsBackendConfig, CrashIndexConfig],
    outsideClusters: ['ANTENNA_DATA_DIR'],
    different: [
      'AUTH',
      'AUTH_PROXY_NETWORKS',
      'AWS_REGION',
      'BACKEND',
      'CRASH_BUCKET',
      'CRASH_INDEX',
      'HOST',
      'LOG_FORMAT',
      'SHUTDOWN_GRACE',
      'VIEWER_GROUPS',
    ],
  },
  {
    component: 'throttle-config',
    section: 'throttleConfig',
    classes: [RulesServiceConfig],
    // The rules come from a ConfigMap, credentials from the pod.
    outsideClusters: ['RULES_FILE', 'KUBECONFIG'],
    different: [
      'HISTORY_CONFIGMAP_NAME',
      'LOG_FORMAT',
      'RULES_CACHE_FILE',
      'RULES_NAMESPACE',
      'RULES_SOURCE',
      'SHUTDOWN_GRACE',
      'STATUS_CONFIGMAP_NAME',
    ],
  },
];

describeWith('helm').each(components)(
  'each setting of $component',
  ({ component, section, classes, outsideClusters, different }) => {
    const names = () => classes.flatMap((config) => describeConfig(config)).map(({ env }) => env);
    const free = Object.keys(schema.$defs[`${section}Settings`]?.properties ?? {});
    const managed = () =>
      examples
        .filter((values) => render(values).has(component))
        .flatMap((values) => {
          const environment = environmentOf(render(values), component);
          return Object.keys(Object.assign({}, environment.values, environment.secrets));
        });

    it('can be set by a chart value or under `settings`, unless it has no use in a cluster', () => {
      const settable = new Set([...managed(), ...free, ...outsideClusters]);
      expect(names().length).toBeGreaterThan(10);
      expect(names().filter((name) => !settable.has(name))).toEqual([]);
    });

    it('has the default of the service, unless the chart has a reason for another value', () => {
      const { values } = environmentOf(render(withAll), component);
      const other = classes
        .flatMap((config) => describeConfig(config))
        .filter(({ env, default: own }) => env in values && !sameValue(values[env] ?? '', own))
        .map(({ env }) => env);
      expect(other.toSorted()).toEqual(different);
    });

    it('exists in the service', () => {
      expect(names()).toEqual(expect.arrayContaining([...free, ...outsideClusters]));
    });
  },
);

/** Whether two values are equal, when a size is in bytes or a duration is in seconds. */
function sameValue(one: string, other: string): boolean {
  return one === other || (one.endsWith('B') && bytesOf(one) === bytesOf(other));
}

function bytesOf(size: string): number {
  const [, figure = '', unit = ''] = /^(\d+)(B|KiB|MiB|GiB)$/.exec(size) ?? [];
  return Number(figure) * 1024 ** ['B', 'KiB', 'MiB', 'GiB'].indexOf(unit);
}
