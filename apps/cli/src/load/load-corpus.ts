import { type EncodedReport, sampleReport } from '#antenna/crash-client';

/** A report to send, and how a collector must store it. */
interface LoadReport extends EncodedReport {
  /** Sent without a Content-Length. */
  readonly chunked: boolean;
  /** Undefined for one that must be refused. */
  readonly expected: ExpectedCrash | undefined;
}

interface ExpectedCrash {
  readonly annotations: Readonly<Record<string, unknown>>;
  /** By the names under which they are stored. */
  readonly dumps: ReadonlyMap<string, Buffer>;
}

/** The same report for the same index, however often it is made. */
export interface LoadCorpus {
  at(index: number): LoadReport;
}

export function sampleCorpus({ seed, now }: { seed: number; now: Date }): LoadCorpus {
  return {
    at(index) {
      const report = sampleReport({ seed: seed + index, now });
      return { ...report.build(), chunked: false, expected: { annotations: {}, dumps: new Map() } };
    },
  };
}
