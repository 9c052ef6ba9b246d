import { readFileSync } from 'node:fs';

import { expect, it } from '@jest/globals';

import { CrashmoverBackendConfig, IngestBackendConfig } from '#antenna/backends';
import { describeConfig } from '#antenna/service';

import { CrashmoverConfig } from '../../apps/crashmover/src/index.js';
import { IngestConfig } from '../../apps/ingest/src/index.js';
import { RulesServiceConfig } from '../../apps/throttle-config/src/index.js';
import { exampleValues, render } from './support/chart.js';
import { environmentOf } from './support/environment.js';
import { whereThereIs } from './support/where-there-is.js';

interface Schema {
  readonly $defs: Readonly<
    Record<string, { readonly properties: Readonly<Record<string, object>> }>
  >;
}

const schema = JSON.parse(readFileSync('charts/antenna/values.schema.json', 'utf8')) as Schema;

/** Those of the chart, and one for values that none of them sets. */
const prefixes = { staging: { prefix: 'antenna/' }, crashes: { prefix: 'antenna/' } };
const examples = [...exampleValues().map(({ values }) => values), { buckets: prefixes }];

const components = [
  {
    component: 'ingest',
    section: 'ingest',
    classes: [IngestConfig, IngestBackendConfig],
    // The rules come from throttle-config, the data from the cloud.
    elsewhere: ['RULES_FILE', 'ANTENNA_DATA_DIR'],
  },
  {
    component: 'crashmover',
    section: 'crashmover',
    classes: [CrashmoverConfig, CrashmoverBackendConfig],
    elsewhere: ['ANTENNA_DATA_DIR'],
  },
  {
    component: 'throttle-config',
    section: 'throttleConfig',
    classes: [RulesServiceConfig],
    // The rules come from a ConfigMap, credentials from the pod.
    elsewhere: ['RULES_FILE', 'KUBECONFIG'],
  },
];

whereThereIs('helm').each(components)(
  'each setting of $component',
  ({ component, section, classes, elsewhere }) => {
    const names = () => classes.flatMap((config) => describeConfig(config)).map(({ env }) => env);
    const free = Object.keys(schema.$defs[`${section}Settings`]?.properties ?? {});
    const managed = () =>
      examples
        .filter((values) => render(values).has(component))
        .flatMap((values) => {
          const environment = environmentOf(render(values), component);
          return Object.keys(Object.assign({}, environment.values, environment.secrets));
        });

    it('can be set, by a value of its own or under `settings`, or makes no sense in a cluster', () => {
      const settable = new Set([...managed(), ...free, ...elsewhere]);
      expect(names().filter((name) => !settable.has(name))).toEqual([]);
    });

    it('is one that the service has', () => {
      expect(names()).toEqual(expect.arrayContaining([...free, ...elsewhere]));
    });
  },
);
