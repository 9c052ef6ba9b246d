import { type Check, CheckFailure } from './check.js';
import type { MarkedReport } from './marked-report.js';
import { acknowledgement, send } from './send.js';
import type { TestRun } from './test-run.js';

/** Every acceptable report must be acknowledged. */
export function acceptedChecks(
  url: URL,
  reports: readonly MarkedReport[],
  run: TestRun,
  now: () => Date,
): Check[] {
  return reports.map((report) => ({
    name: `accepted ${report.name}`,
    run: async () => {
      const sent = await send(url, report);
      const rule = /^rule_(.+)$/.exec(sent.answer.discarded ?? '')?.[1];
      if (rule !== undefined) {
        throw new CheckFailure(
          `rejected by the live rule ${rule}; set annotations that your rules accept with --annotation NAME=VALUE`,
        );
      }
      const acknowledged = acknowledgement(report, sent, now());
      run.acknowledge(acknowledged);
      return acknowledged.verdict === 'defer' ? 'deferred: stored, not published' : undefined;
    },
  }));
}
