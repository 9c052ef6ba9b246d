import { type DynamicModule, Module, type Provider } from '@nestjs/common';

import {
  ADMISSION_OPTIONS,
  type AdmissionOptions,
  AdmissionServer,
} from './admission/admission-server.js';
import { IngestFleet } from './fleet/ingest-fleet.js';
import { IngestReportsController } from './fleet/ingest-reports.controller.js';
import type { RulesConfigMap } from './kubernetes/cluster.js';
import { RulesetEvents } from './kubernetes/ruleset-events.js';
import { StatusConfigMap } from './kubernetes/status-config-map.js';
import { PageController } from './page/page.controller.js';
import { LongPolls } from './ruleset/long-polls.js';
import type { RulesetCache } from './ruleset/ruleset-cache.js';
import { RulesetHolder } from './ruleset/ruleset-holder.js';
import { RulesetController } from './ruleset/ruleset.controller.js';
import { RulesetService } from './ruleset/ruleset.service.js';
import type { RulesetSource } from './source/ruleset-source.js';
import { StatusController } from './status/status.controller.js';
import { StatusService } from './status/status.service.js';
import { ThrottleConfigConfig } from './throttle-config.config.js';
import { RULES_CONFIG_MAP, RULESET_CACHE, RULESET_SOURCE } from './tokens.js';
import { TrialController } from './trial/trial.controller.js';
import { TrialService } from './trial/trial.service.js';

/** What differs between deployments. */
export interface ThrottleConfigParts {
  readonly config: ThrottleConfigConfig;
  readonly holder: RulesetHolder;
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
        TrialController,
        IngestReportsController,
      ],
      providers: [
        { provide: ThrottleConfigConfig, useValue: parts.config },
        { provide: RulesetHolder, useValue: parts.holder },
        { provide: RULESET_SOURCE, useValue: parts.source },
        { provide: RULESET_CACHE, useValue: parts.cache },
        RulesetService,
        LongPolls,
        IngestFleet,
        StatusService,
        TrialService,
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
