import { type DynamicModule, Module } from '@nestjs/common';

import type { AuthorFeedback } from './feedback/author-feedback.js';
import { IngestFleet } from './fleet/ingest-fleet.js';
import { IngestReportsController } from './fleet/ingest-reports.controller.js';
import { LongPolls } from './ruleset/long-polls.js';
import type { RulesetCache } from './ruleset/ruleset-cache.js';
import { RulesetHolder } from './ruleset/ruleset-holder.js';
import { RulesetController } from './ruleset/ruleset.controller.js';
import { RulesetService } from './ruleset/ruleset.service.js';
import type { RulesetSource } from './source/ruleset-source.js';
import { StatusController } from './status/status.controller.js';
import { StatusService } from './status/status.service.js';
import { AUTHOR_FEEDBACK, RULESET_CACHE, RULESET_SOURCE } from './tokens.js';
import { TrialController } from './trial/trial.controller.js';
import { TrialService } from './trial/trial.service.js';

/** What differs between deployments. */
export interface ThrottleConfigParts {
  readonly holder: RulesetHolder;
  readonly source: RulesetSource;
  readonly cache: RulesetCache | undefined;
  readonly feedback: AuthorFeedback | undefined;
}

@Module({})
export class ThrottleConfigModule {
  static with({ holder, source, cache, feedback }: ThrottleConfigParts): DynamicModule {
    return {
      module: ThrottleConfigModule,
      controllers: [RulesetController, StatusController, TrialController, IngestReportsController],
      providers: [
        { provide: RulesetHolder, useValue: holder },
        { provide: RULESET_SOURCE, useValue: source },
        { provide: RULESET_CACHE, useValue: cache },
        { provide: AUTHOR_FEEDBACK, useValue: feedback },
        RulesetService,
        LongPolls,
        IngestFleet,
        StatusService,
        TrialService,
      ],
    };
  }
}
