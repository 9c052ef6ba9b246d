import { type DynamicModule, Module, type Provider } from '@nestjs/common';

import { RulesetCache } from '#antenna/service';

import { AdmissionOptions, AdmissionServer } from './admission/admission-server.js';
import { DryRunController } from './api/dry-run/dry-run.controller.js';
import { DryRunService } from './api/dry-run/dry-run.service.js';
import { DryRunThread } from './api/dry-run/dry-run-thread.js';
import { IngestInstances } from './api/instances/ingest-instances.js';
import { IngestReportsController } from './api/instances/ingest-reports.controller.js';
import { HistoryController } from './api/history/history.controller.js';
import { HistoryService } from './api/history/history.service.js';
import { LongPolls } from './api/ruleset/long-polls.js';
import { RulesetController } from './api/ruleset/ruleset.controller.js';
import { ShadowController } from './api/shadow/shadow.controller.js';
import { ShadowService } from './api/shadow/shadow.service.js';
import { StatusController } from './api/status/status.controller.js';
import { StatusService } from './api/status/status.service.js';
import { RulesetEvents } from './feedback/ruleset-events.js';
import { StatusConfigMap } from './feedback/status-config-map.js';
import { HistoryStore } from './history/history-store.js';
import { RulesetAuthors } from './history/ruleset-authors.js';
import { RulesetHistory } from './history/ruleset-history.js';
import { RulesConfigMap } from './kubernetes/cluster.js';
import { HistoryPageController } from './page/history-page.controller.js';
import { PageController } from './page/page.controller.js';
import { ShadowPageController } from './page/shadow-page.controller.js';
import { RulesServiceConfig } from './rules-service.config.js';
import { CurrentRuleset } from './ruleset/current-ruleset.js';
import { RulesetEdits } from './ruleset/ruleset-edits.js';
import { RulesetSource } from './ruleset/ruleset-source.js';

/** The options that differ between deployments. */
export interface ThrottleConfigParts {
  readonly config: RulesServiceConfig;
  readonly current: CurrentRuleset;
  readonly source: RulesetSource;
  readonly cache: RulesetCache | undefined;
  readonly configMap: RulesConfigMap | undefined;
  readonly history: HistoryStore;
}

@Module({})
export class ThrottleConfigModule {
  static with(parts: ThrottleConfigParts): DynamicModule {
    return {
      module: ThrottleConfigModule,
      controllers: [
        PageController,
        ShadowPageController,
        HistoryPageController,
        RulesetController,
        StatusController,
        DryRunController,
        IngestReportsController,
        ShadowController,
        HistoryController,
      ],
      providers: [
        { provide: CurrentRuleset, useValue: parts.current },
        { provide: RulesetSource, useValue: parts.source },
        { provide: RulesetCache, useValue: parts.cache },
        RulesetEdits,
        LongPolls,
        IngestInstances,
        StatusService,
        DryRunService,
        DryRunThread,
        ShadowService,
        { provide: RulesServiceConfig, useValue: parts.config },
        { provide: HistoryStore, useValue: parts.history },
        RulesetAuthors,
        RulesetHistory,
        HistoryService,
        ...feedbackProviders(parts),
        ...admissionProviders(parts),
      ],
    };
  }
}

/** Feedback where a ConfigMap is edited. Authors who edit a file have the page and the log. */
function feedbackProviders({ config, configMap }: ThrottleConfigParts): Provider[] {
  if (!configMap) return [];
  return [
    { provide: RulesConfigMap, useValue: configMap },
    RulesetEvents,
    ...(config.statusConfigMap ? [StatusConfigMap] : []),
  ];
}

function admissionProviders({ config, configMap }: ThrottleConfigParts): Provider[] {
  const { host, webhookPort: port, webhookTlsCert: certFile, webhookTlsKey: keyFile } = config;
  if (port === undefined || certFile === undefined || keyFile === undefined) return [];
  const validated = {
    name: config.rulesConfigMap,
    namespace: configMap?.namespace ?? config.rulesNamespace,
    key: config.rulesKey,
  };
  const options: AdmissionOptions = { host, port, certFile, keyFile, validated };
  return [{ provide: AdmissionOptions, useValue: options }, AdmissionServer];
}
