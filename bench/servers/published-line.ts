interface Published {
  readonly crashId: string;
  /** Milliseconds since the epoch. */
  readonly publishedAt: number;
}

interface LogLine {
  readonly Timestamp: number;
  readonly Fields: { readonly crash_id: string };
}

/** The crash that a log line of crashmover or of the standalone says is published; undefined for any other line. */
export function readPublished(line: string): Published | undefined {
  // Most lines say something else, and parsing them would compete with what is measured.
  if (!line.includes(' published"')) return undefined;
  const { Timestamp: nanoseconds, Fields: fields } = JSON.parse(line) as LogLine;
  return { crashId: fields.crash_id, publishedAt: nanoseconds / 1e6 };
}
