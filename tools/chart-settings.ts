/** Generates the chart's settings from the services' configuration classes, so that a new setting or default is one edit. */
import { globSync, readFileSync } from 'node:fs';

import {
  CrashFeedConfig,
  CrashIndexConfig,
  CrashmoverBackendConfig,
  CrashStatsBackendConfig,
  IngestBackendConfig,
  ProcessorBackendConfig,
} from '#antenna/backends';
import { describeConfig, type SettingDescription } from '#antenna/service';
import { SymbolsConfig } from '#antenna/symbols';

import { CrashStatsConfig } from '../apps/crash-stats/src/index.js';
import { CrashmoverConfig } from '../apps/crashmover/src/index.js';
import { IngestConfig } from '../apps/ingest/src/index.js';
import { ProcessorConfig } from '../apps/processor/src/index.js';
import { RulesServiceConfig } from '../apps/throttle-config/src/index.js';

const chart = 'charts/antenna';

/** The configuration classes of each section of `values.yaml` that has `settings`. */
const sections: Readonly<Record<string, readonly (new () => object)[]>> = {
  ingest: [IngestConfig, IngestBackendConfig],
  crashmover: [CrashmoverConfig, CrashmoverBackendConfig],
  processor: [ProcessorConfig, ProcessorBackendConfig, SymbolsConfig, CrashFeedConfig],
  crashStats: [CrashStatsConfig, CrashStatsBackendConfig, CrashIndexConfig],
  throttleConfig: [RulesServiceConfig],
};

/** Settings that are not used in a cluster: of data directories, rule files, credentials from outside the pod. */
const notInCluster = ['ANTENNA_DATA_DIR', 'RETENTION', 'RULES_FILE', 'KUBECONFIG'];

const settingsOf = (section: string): readonly SettingDescription[] =>
  (sections[section] ?? []).flatMap((config) => describeConfig(config));

/** The chart's files with settings, as JSON by path: the schema of its values, and the defaults for its templates. */
export function chartSettingsFiles(): Readonly<Record<string, string>> {
  const templates = globSync(`${chart}/templates/**/_*.tpl`).map((file) =>
    readFileSync(file, 'utf8'),
  );
  const schemaFile = `${chart}/values.schema.json`;
  const schema = JSON.parse(readFileSync(schemaFile, 'utf8')) as { $defs: Record<string, unknown> };
  const taken = settingsOfTheChart(templates);
  for (const section of Object.keys(sections)) {
    const free = settingsOf(section).filter(({ env }) => !taken.has(env));
    schema.$defs[`${section}Settings`] = {
      type: 'object',
      additionalProperties: false,
      properties: Object.fromEntries(free.map(({ env }) => [env, { $ref: '#/$defs/scalar' }])),
    };
  }
  return {
    [`${chart}/files/default-settings.json`]: JSON.stringify(defaultsFor(templates)),
    [schemaFile]: JSON.stringify(schema),
  };
}

/** Names of the settings that the templates set from chart values or Secrets. */
function settingsOfTheChart(templates: readonly string[]): ReadonlySet<string> {
  const lines = templates.flatMap((text) => [
    ...text.matchAll(/^([A-Z][A-Z0-9_]+): |\(list "([A-Z0-9_]+)" /gm),
  ]);
  return new Set([...notInCluster, ...lines.map(([, plain, secret]) => plain ?? secret ?? '')]);
}

/** Defaults of the settings that the templates read with `antenna.setting`, by section. */
function defaultsFor(templates: readonly string[]): Record<string, Record<string, string>> {
  const defaults: Record<string, Record<string, string>> = {};
  const reads = templates.flatMap((text) => [
    ...text.matchAll(/"antenna\.setting" \(list \S+ "(\w+)" "(\w+)"\)/g),
  ]);
  for (const [, section = '', name = ''] of reads) {
    const setting = settingsOf(section).find(({ env }) => env === name);
    if (!setting)
      throw new Error(`a template reads ${section}.settings.${name}, which is not a setting`);
    (defaults[section] ??= {})[name] = setting.default;
  }
  return defaults;
}
