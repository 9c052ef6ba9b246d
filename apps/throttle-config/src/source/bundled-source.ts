import { mozillaRuleset } from '#antenna/throttle';

import type { RulesetSink, RulesetSource } from '../ruleset/ruleset-source.js';

/** The Mozilla rules that come with the program; for a start without any settings. */
export class BundledSource implements RulesetSource {
  readonly kind = 'bundled';
  readonly name = 'the bundled Mozilla ruleset';
  private again: NodeJS.Timeout | undefined;

  async start(sink: RulesetSink): Promise<void> {
    sink.offer(mozillaRuleset);
    sink.reached();
    this.again = setInterval(() => sink.reached(), 1000).unref();
  }

  async stop(): Promise<void> {
    clearInterval(this.again);
  }
}
