import { type RulesConfigMap, rulesConfigMap } from '../kubernetes/cluster.js';
import { ConfigMapSource } from './config-map-source.js';
import type { RulesServiceConfig } from '../rules-service.config.js';
import { BundledSource } from './bundled-source.js';
import { FileSource } from './file-source.js';
import type { RulesetSource } from '../ruleset/ruleset-source.js';

/** The source of the rules, and the ConfigMap behind it when it is one. */
export interface OpenedSource {
  readonly source: RulesetSource;
  readonly configMap: RulesConfigMap | undefined;
}

/**
 * Opens what the configuration names.
 * @throws {StartupError} when a cluster is wanted and cannot be reached for want of settings
 */
export async function openSource(config: RulesServiceConfig): Promise<OpenedSource> {
  if (config.rulesSource === 'kubernetes') {
    const configMap = await rulesConfigMap(config);
    return { source: new ConfigMapSource(configMap), configMap };
  }
  const { rulesFile } = config;
  const source = rulesFile === undefined ? new BundledSource() : new FileSource(rulesFile);
  return { source, configMap: undefined };
}
