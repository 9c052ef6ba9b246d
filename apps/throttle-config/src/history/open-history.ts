import { dirname, join } from 'node:path';

import type { Logger } from '#antenna/telemetry';

import type { RulesConfigMap } from '../kubernetes/cluster.js';
import type { RulesServiceConfig } from '../rules-service.config.js';
import { ConfigMapHistory } from './config-map-history.js';
import { FileHistory } from './file-history.js';
import { type HistoryStore, MemoryHistory } from './history-store.js';

/** The history beside the rules: in a ConfigMap, or a file beside the cached ruleset. */
export function openHistory(
  { rulesCacheFile }: RulesServiceConfig,
  configMap: RulesConfigMap | undefined,
  logger: Logger,
): HistoryStore {
  if (configMap) return new ConfigMapHistory(configMap, logger);
  if (rulesCacheFile === undefined) return new MemoryHistory();
  return new FileHistory(join(dirname(rulesCacheFile), 'ruleset-history.json.gz'), logger);
}
