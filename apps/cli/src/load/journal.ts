import { type OutcomeClass, outcomeClasses } from './outcome.js';

const idBytes = 16;
const unanswered = 255;

/** The outcome of each report and the crash ids of the acknowledged ones, in 17 bytes per report. */
export class Journal {
  /** Number of reports that were started; the sequence number of a report is from 0 up to, but without, it. */
  started = 0;
  acknowledged = 0;
  private ids = Buffer.alloc(idBytes * 1024);
  private outcomes = new Uint8Array(1024).fill(unanswered);

  /** Returns the sequence number of a new report. */
  start(): number {
    if (this.started === this.outcomes.length) this.grow();
    this.started += 1;
    return this.started - 1;
  }

  end(sequence: number, outcome: OutcomeClass, crashId?: string): void {
    this.outcomes[sequence] = outcomeClasses.indexOf(outcome);
    if (crashId === undefined) return;
    this.acknowledged += 1;
    this.ids.write(crashId.replaceAll('-', ''), sequence * idBytes, 'hex');
  }

  /** Undefined for a report that was not started or not answered. */
  outcomeOf(sequence: number): OutcomeClass | undefined {
    return outcomeClasses[this.outcomes[sequence] ?? unanswered];
  }

  /** Undefined unless the report was accepted. */
  crashIdOf(sequence: number): string | undefined {
    if (this.outcomeOf(sequence) !== 'accepted') return undefined;
    const hex = this.ids.toString('hex', sequence * idBytes, (sequence + 1) * idBytes);
    return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
  }

  /** The sequence numbers of the acknowledged reports. */
  *acknowledgedSequences(): Generator<number> {
    const accepted = outcomeClasses.indexOf('accepted');
    for (let sequence = 0; sequence < this.started; sequence += 1)
      if (this.outcomes[sequence] === accepted) yield sequence;
  }

  private grow(): void {
    this.ids = Buffer.concat([this.ids, Buffer.alloc(this.ids.length)]);
    const outcomes = new Uint8Array(this.outcomes.length * 2).fill(unanswered);
    outcomes.set(this.outcomes);
    this.outcomes = outcomes;
  }
}
