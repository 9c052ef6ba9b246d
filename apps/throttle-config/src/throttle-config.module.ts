import { type DynamicModule, Module, type Provider } from '@nestjs/common';

import {
  ADMISSION_OPTIONS,
  type AdmissionOptions,
  AdmissionServer,
} from './admission/admission-server.js';
import { IngestInstances } from './api/instances/ingest-instances.js';
import { IngestReportsController } from './api/instances/ingest-reports.controller.js';
import type { RulesConfigMap } from './kubernetes/cluster.js';
import { RulesetEvents } from './feedback/ruleset-events.js';
import { StatusConfigMap } from './feedback/status-config-map.js';
import { PageController } from './page/page.controller.js';
import { LongPolls } from './api/ruleset/long-polls.js';
import type { RulesetCache } from './ruleset/ruleset-cache.js';
import { CurrentRuleset } from './ruleset/current-ruleset.js';
import { RulesetController } from './api/ruleset/ruleset.controller.js';
import { RulesetEdits } from './ruleset/ruleset-edits.js';
import type { RulesetSource } from './ruleset/ruleset-source.js';
import { StatusController } from './api/status/status.controller.js';
import { StatusService } from './api/status/status.service.js';
import { RulesServiceConfig } from './rules-service.config.js';
import { RULES_CONFIG_MAP, RULESET_CACHE, RULESET_SOURCE } from './tokens.js';
import { DryRunController } from './api/dry-run/dry-run.controller.js';
import { DryRunService } from './api/dry-run/dry-run.service.js';

/** What differs between deployments. */
export interface ThrottleConfigParts {
  readonly config: RulesServiceConfig;
  readonly holder: CurrentRuleset;
  readonly source: RulesetSource;
  readonly cache: RulesetCache | undefined;
  readonly configMap: RulesConfigMap | undefined;
}

@Module({})
export class ThrottleConfigModule {
  static with(parts: ThrottleConfigParts): DynamicModule {
    return {
      module: ThrottleConfigModule,
      controllers: [
        PageController,
        RulesetController,
        StatusController,
        DryRunController,
        IngestReportsController,
      ],
      providers: [
        { provide: RulesServiceConfig, useValue: parts.config },
        { provide: CurrentRuleset, useValue: parts.holder },
        { provide: RULESET_SOURCE, useValue: parts.source },
        { provide: RULESET_CACHE, useValue: parts.cache },
        RulesetEdits,
        LongPolls,
        IngestInstances,
        StatusService,
        DryRunService,
        ...kubernetesProviders(parts),
        ...admissionProviders(parts),
      ],
    };
  }
}

/** What answers authors where they edit; elsewhere they have the page and the log. */
function kubernetesProviders({ config, configMap }: ThrottleConfigParts): Provider[] {
  if (!configMap) return [];
  return [
    { provide: RULES_CONFIG_MAP, useValue: configMap },
    RulesetEvents,
    ...(config.statusConfigMap ? [StatusConfigMap] : []),
  ];
}

function admissionProviders({ config, configMap }: ThrottleConfigParts): Provider[] {
  const { host, webhookPort: port, webhookTlsCert: certFile, webhookTlsKey: keyFile } = config;
  if (port === undefined || certFile === undefined || keyFile === undefined) return [];
  const judged = {
    name: config.rulesConfigMap,
    namespace: configMap?.namespace ?? config.rulesNamespace,
    key: config.rulesKey,
  };
  const options: AdmissionOptions = { host, port, certFile, keyFile, judged };
  return [{ provide: ADMISSION_OPTIONS, useValue: options }, AdmissionServer];
}
