import { readFile } from 'node:fs/promises';

import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';

import type { Annotations } from '#antenna/crash-report';
import { HealthRegistry, LOGGER, StartupError } from '#antenna/service';
import { type Logger, Metrics } from '#antenna/telemetry';
import {
  annotationsForRules,
  type CompiledRuleset,
  compileRuleset,
  mozillaRuleset,
  parseRuleset,
  type Verdict,
} from '#antenna/throttle';

import { IngestConfig } from '../ingest.config.js';

/** A failing rule is logged at most this often; each failure is counted. */
const ruleErrorLogIntervalMs = 60_000;

/** Decides what becomes of a report, by the ruleset that is live in this process. */
@Injectable()
export class ThrottleService implements OnModuleInit {
  private live: CompiledRuleset | undefined;
  private readonly lastLogged = new Map<string, number>();

  constructor(
    private readonly config: IngestConfig,
    @Inject(LOGGER) private readonly logger: Logger,
    private readonly metrics: Metrics,
    health: HealthRegistry,
  ) {
    health.addStartup('ruleset', () => this.live !== undefined);
  }

  async onModuleInit(): Promise<void> {
    const { rulesFile } = this.config;
    const ruleset = compile(
      rulesFile === undefined ? mozillaRuleset : await readRules(rulesFile),
      rulesFile ?? 'the bundled ruleset',
      (rule, error) => this.ruleFailed(rule, error),
    );
    this.live = ruleset;
    this.logger.info('ruleset loaded', {
      source: rulesFile ?? 'bundled',
      revision: ruleset.revision,
      rules: ruleset.ruleNames.length,
    });
    this.metrics.observe('antenna.ruleset.info', () => 1, { revision: ruleset.revision });
  }

  throttle(annotations: Annotations): { verdict: Verdict; rule: string } {
    if (!this.live) throw new Error('no ruleset is loaded');
    const decision = this.live.evaluate(annotationsForRules(annotations));
    this.metrics.increment('antenna.throttle.verdicts', { verdict: decision.verdict });
    this.metrics.increment('antenna.throttle.rules', { rule: decision.rule });
    return decision;
  }

  private ruleFailed(rule: string, error: unknown): void {
    this.metrics.increment('antenna.throttle.rule_errors', { rule });
    const now = Date.now();
    if (now - (this.lastLogged.get(rule) ?? -Infinity) < ruleErrorLogIntervalMs) return;
    this.lastLogged.set(rule, now);
    const kind = error instanceof Error ? error.name : typeof error;
    this.logger.warn(`rule ${rule} failed and did not match`, { rule, kind });
  }
}

async function readRules(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new StartupError(`cannot read the throttle rules ${file}: ${reason}; set RULES_FILE`);
  }
}

function compile(
  text: string,
  source: string,
  onRuleError: (rule: string, error: unknown) => void,
): CompiledRuleset {
  const { ruleset, errors } = parseRuleset(text);
  if (!ruleset) {
    const lines = errors.map((e) => `  line ${e.line}, column ${e.column}: ${e.message}`);
    throw new StartupError([`the throttle rules of ${source} are broken:`, ...lines].join('\n'));
  }
  return compileRuleset(ruleset, { now: () => new Date(), random: Math.random, onRuleError });
}
