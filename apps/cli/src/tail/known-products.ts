import type { ReportEvent } from './report-event.js';

type Names = Pick<ReportEvent, 'product' | 'version' | 'channel'>;

const maxCrashes = 10_000;

/** Only ingest logs the product of a report: remembers it for the later steps of the last crashes. */
export class KnownProducts {
  private readonly names = new Map<string, Names>();

  /** The event with the names of its crash, where they are known. */
  complete(event: ReportEvent): ReportEvent {
    const { crashId, rule, product, version, channel } = event;
    if (crashId === undefined) return event;
    if (rule === undefined) return { ...event, ...this.names.get(crashId) };
    this.names.set(crashId, { product, version, channel });
    if (this.names.size > maxCrashes) this.names.delete(this.names.keys().next().value ?? '');
    return event;
  }
}
