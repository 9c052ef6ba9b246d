import { RulesConfigMap } from '../kubernetes/cluster.js';
import { ConfigMapSource } from './config-map-source.js';
import type { RulesServiceConfig } from '../rules-service.config.js';
import { BundledSource } from './bundled-source.js';
import { FileSource } from './file-source.js';
import type { RulesetSource } from '../ruleset/ruleset-source.js';

/** The source of the rules, and its ConfigMap if it has one. */
export interface OpenedSource {
  readonly source: RulesetSource;
  readonly configMap: RulesConfigMap | undefined;
}

/**
 * Opens the configured source.
 * @throws {StartupError} if the rules are in a cluster and the settings to reach it are missing
 */
export async function openSource(config: RulesServiceConfig): Promise<OpenedSource> {
  if (config.rulesSource === 'kubernetes') {
    const configMap = await RulesConfigMap.open(config);
    return { source: new ConfigMapSource(configMap), configMap };
  }
  const { rulesFile } = config;
  const source = rulesFile === undefined ? new BundledSource() : new FileSource(rulesFile);
  return { source, configMap: undefined };
}
