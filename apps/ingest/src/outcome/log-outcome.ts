import type { Logger } from '#antenna/telemetry';

import type { Outcome } from './outcome.js';

const results = {
  accepted: 'ACCEPT',
  deferred: 'DEFER',
  fake_accepted: 'FAKEACCEPT',
  rejected: 'REJECT',
} as const;

/** Logs one line per report: the verdict, in the predecessor's format, or why the report was refused. */
export function logOutcome(logger: Logger, outcome: Outcome): void {
  const { kind, ...why } = outcome;
  switch (outcome.kind) {
    case 'accepted':
    case 'deferred':
    case 'fake_accepted':
      logger.info(
        `${outcome.crashId}: matched by ${outcome.rule}; returned ${results[outcome.kind]}`,
        { crash_id: outcome.crashId, outcome: kind, rule: outcome.rule, ...outcome.report },
      );
      return;
    case 'rejected':
      logger.info(`matched by ${outcome.rule}; returned ${results[outcome.kind]}`, {
        outcome: kind,
        rule: outcome.rule,
        ...outcome.report,
      });
      return;
    case 'malformed':
    case 'too_large':
    case 'unauthorized':
    case 'aborted':
    case 'unavailable':
      logger.info(`report ${kind}`, { outcome: kind, ...why });
  }
}
