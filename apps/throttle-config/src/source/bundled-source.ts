import { mozillaRuleset } from '#antenna/bundled-rules';

import type { RulesetSink, RulesetSource } from '../ruleset/ruleset-source.js';

/** The Mozilla rules that are part of the program; the source if nothing is configured. */
export class BundledSource implements RulesetSource {
  readonly kind = 'bundled';
  readonly name = 'the bundled Mozilla ruleset';
  private timer: NodeJS.Timeout | undefined;

  commandToApply(): undefined {
    return undefined;
  }

  async start(sink: RulesetSink): Promise<void> {
    sink.apply(mozillaRuleset);
    sink.reached();
    this.timer = setInterval(() => sink.reached(), 1000).unref();
  }

  async stop(): Promise<void> {
    clearInterval(this.timer);
  }
}
