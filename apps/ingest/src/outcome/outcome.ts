import type { MetricAttributes } from '#antenna/telemetry';

/** Why a report is malformed; the client gets `Discarded=malformed_<reason>`. The list is the metric's. */
type MalformedReason = Exclude<MetricAttributes<'antenna.ingest.malformed'>['reason'], 'too_large'>;

/** What the log says about a report that the rules have decided. Clients choose the strings: they are printable and short. */
export interface ReportFacts {
  readonly product: string | undefined;
  readonly version: string | undefined;
  readonly channel: string | undefined;
  /** Bytes on the wire. */
  readonly size: number;
}

interface Decided {
  readonly rule: string;
  readonly report: ReportFacts;
}

/** How a request to `/submit` ends. Each request has exactly one outcome: in the metric, the log and the answer. */
export type Outcome =
  | (Decided & {
      readonly kind: 'accepted' | 'deferred' | 'fake_accepted';
      readonly crashId: string;
    })
  | (Decided & { readonly kind: 'rejected'; readonly stopSendingFor?: string })
  | Refused;

/** The outcomes that can end a report at any stage. */
export type Refused =
  | { readonly kind: 'malformed'; readonly reason: MalformedReason; readonly detail: string }
  | { readonly kind: 'too_large'; readonly detail: string }
  | { readonly kind: 'unauthorized'; readonly detail: string }
  | { readonly kind: 'aborted'; readonly cause: 'disconnected' | 'stalled' | 'too_slow' }
  | { readonly kind: 'unavailable'; readonly detail: string };

/** Thrown at any stage between the socket and the spool to end a report; it is not logged as an internal error. */
export class RefusedReport extends Error {
  override readonly name = 'RefusedReport';

  constructor(
    readonly outcome: Refused,
    options?: ErrorOptions,
  ) {
    super(describe(outcome), options);
  }
}

export function malformed(reason: MalformedReason, detail: string): RefusedReport {
  return new RefusedReport({ kind: 'malformed', reason, detail });
}

export function tooLarge(what: string, limit: number): RefusedReport {
  return new RefusedReport({
    kind: 'too_large',
    detail: `${what} is larger than the limit of ${limit} bytes`,
  });
}

export function unavailable(detail: string, cause?: unknown): RefusedReport {
  return new RefusedReport({ kind: 'unavailable', detail }, { cause });
}

function describe(outcome: Refused): string {
  switch (outcome.kind) {
    case 'malformed':
      return `malformed (${outcome.reason}): ${outcome.detail}`;
    case 'too_large':
    case 'unauthorized':
    case 'unavailable':
      return `${outcome.kind}: ${outcome.detail}`;
    case 'aborted':
      return `aborted: ${outcome.cause}`;
  }
}
