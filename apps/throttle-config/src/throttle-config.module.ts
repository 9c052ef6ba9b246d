import { type DynamicModule, Module } from '@nestjs/common';

import type { PublishedRuleset } from './ruleset/load-ruleset.js';
import { RulesetController } from './ruleset/ruleset.controller.js';
import { RULESET, RulesetService } from './ruleset/ruleset.service.js';

@Module({})
export class ThrottleConfigModule {
  static with(ruleset: PublishedRuleset): DynamicModule {
    return {
      module: ThrottleConfigModule,
      controllers: [RulesetController],
      providers: [{ provide: RULESET, useValue: ruleset }, RulesetService],
    };
  }
}
