import { readFile } from 'node:fs/promises';

import { Injectable, type OnModuleInit } from '@nestjs/common';

import type { Annotations } from '#antenna/crash-report';
import { errorMessage } from '#antenna/errors';
import { HealthRegistry, RulesetCache, StartupError } from '#antenna/service';
import { Logger, Metrics } from '#antenna/telemetry';
import { mozillaRuleset } from '#antenna/bundled-rules';
import {
  annotationsForRules,
  describeProblem,
  parseCanonicalRuleset,
  parseRuleset,
  type ThrottleDecision,
} from '#antenna/throttle';

import { IngestConfig } from '../ingest.config.js';
import { LiveRuleset } from './live-ruleset.js';
import type { ReportLabels } from './shadow/shadow-run.js';
import { ShadowRules } from './shadow/shadow-rules.service.js';
import { VerdictCounts } from './verdict-counts.js';

/** Decides reports by the current ruleset. */
@Injectable()
export class ThrottleService implements OnModuleInit {
  constructor(
    private readonly config: IngestConfig,
    private readonly live: LiveRuleset,
    private readonly cache: RulesetCache,
    private readonly counts: VerdictCounts,
    private readonly shadow: ShadowRules,
    private readonly metrics: Metrics,
    private readonly logger: Logger,
    health: HealthRegistry,
  ) {
    health.addStartup('ruleset', () => this.live.revision !== undefined);
  }

  /** Starts with the cached ruleset, else the file, else the bundled rules; does not wait for throttle-config. */
  async onModuleInit(): Promise<void> {
    const { rulesFile, throttleConfigUrl } = this.config;
    await this.cache.sweep().catch((error: unknown) => {
      this.logger.warn('ruleset cache draft cannot be removed', { reason: errorMessage(error) });
    });
    if (throttleConfigUrl !== undefined && (await this.startFromCache())) return;
    if (rulesFile === undefined) this.useYaml(mozillaRuleset, 'bundled');
    else this.useYaml(await readRules(rulesFile), 'file');
  }

  /** @param labels for the counts of a draft that is tried */
  throttle(annotations: Annotations, labels: ReportLabels): ThrottleDecision {
    const strings = annotationsForRules(annotations);
    const shadow = this.shadow.running;
    const chance = shadow?.next();
    const startedAt = performance.now();
    const decision = this.live.decide(strings, chance);
    const { verdict, rule } = decision;
    if (shadow && chance) {
      const decisionMs = performance.now() - startedAt;
      shadow.compareSoon({ annotations: strings, decision, decisionMs, ...labels }, chance);
    }
    this.metrics.increment('antenna.throttle.verdicts', { verdict });
    this.metrics.increment('antenna.throttle.rules', { rule });
    this.metrics.increment('antenna.throttle.decisions', { verdict, rule });
    this.counts.add(rule, verdict);
    return decision;
  }

  private async startFromCache(): Promise<boolean> {
    try {
      const cached = await this.cache.read();
      if (cached === undefined) return false;
      const { ruleset, errors } = parseCanonicalRuleset(cached);
      if (!ruleset) throw new Error(errors[0]?.message ?? 'unknown');
      this.live.replace(ruleset, 'cache');
      return true;
    } catch (error) {
      this.logger.warn('cached ruleset cannot be used', { reason: errorMessage(error) });
      return false;
    }
  }

  private useYaml(yaml: string, source: 'file' | 'bundled'): void {
    const { ruleset, errors } = parseRuleset(yaml);
    if (!ruleset) {
      const lines = errors.map((problem) => `  ${describeProblem(problem)}`);
      const name = this.config.rulesFile ?? 'the bundled rules';
      throw new StartupError([`the throttle rules in ${name} are invalid:`, ...lines].join('\n'));
    }
    this.live.replace(ruleset, source);
  }
}

async function readRules(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw new StartupError(
      `cannot read the throttle rules ${file}: ${errorMessage(error)}; set RULES_FILE`,
    );
  }
}
