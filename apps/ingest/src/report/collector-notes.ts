/** Far above what a report of a real client needs. */
const maxNotes = 100;
const maxLength = 300;

/** The notes about irregularities of a report, in bounded number and length: a report can have thousands. */
export class CollectorNotes {
  private readonly kept: string[] = [];
  private leftOut = 0;

  push(note: string): void {
    // A copy: a string that contains part of another keeps the whole of it in memory, here a part's headers.
    if (this.kept.length < maxNotes) this.kept.push(detached(note.slice(0, maxLength)));
    else this.leftOut += 1;
  }

  get all(): string[] {
    return this.leftOut === 0 ? this.kept : [...this.kept, `${this.leftOut} more notes`];
  }
}

/** A copy that shares no memory with the string from which the engine cut it. */
export function detached(text: string): string {
  return Buffer.from(text).toString();
}
