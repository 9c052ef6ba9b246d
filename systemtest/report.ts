import type { CheckResult, CheckStatus } from './check.js';

/** Prints the results of the checks while they run, and a summary. */
export interface Reporter {
  add(result: CheckResult): void;
  finish(outcome: Outcome): void;
}

interface Outcome {
  readonly runId: string;
  readonly url: URL;
  readonly results: readonly CheckResult[];
  readonly milliseconds: number;
}

type Write = (text: string) => void;

const words: Readonly<Record<CheckStatus, string>> = {
  ok: 'ok     ',
  failed: 'FAILED ',
  skipped: 'skipped',
};
const nameWidth = 36;

/** A line for each check as soon as it is done, and a summary that repeats the failures. */
export function textReporter(write: Write): Reporter {
  return {
    add: ({ name, status, milliseconds, message }) => {
      const remark = message === undefined ? '' : `  ${message}`;
      const time = `${milliseconds} ms`.padStart(9);
      write(`${words[status]}  ${name.padEnd(nameWidth)} ${time}${remark}\n`);
    },
    finish: ({ url, results, milliseconds, runId }) => {
      const counts = countsOf(results);
      const seconds = (milliseconds / 1000).toFixed(1);
      write(
        `\n${results.length} checks of ${url.href} in ${seconds} s: ${counts.ok} ok, ${counts.failed} failed, ` +
          `${counts.skipped} skipped (run ${runId})\n`,
      );
      for (const { name, message } of results.filter(({ status }) => status === 'failed'))
        write(`FAILED   ${name}: ${message ?? ''}\n`);
    },
  };
}

/** One JSON document at the end. */
export function jsonReporter(write: Write): Reporter {
  return {
    add: () => undefined,
    finish: ({ url, results, milliseconds, runId }) => {
      const counts = countsOf(results);
      const ok = counts.failed === 0;
      const document = { ok, runId, url: url.href, milliseconds, counts, checks: results };
      write(`${JSON.stringify(document, null, 2)}\n`);
    },
  };
}

export function countsOf(results: readonly CheckResult[]): Readonly<Record<CheckStatus, number>> {
  const counts = { ok: 0, failed: 0, skipped: 0 };
  for (const { status } of results) counts[status] += 1;
  return counts;
}
