type Fields = Readonly<Record<string, unknown>>;

/** A log line of a service. */
export interface MozlogLine {
  readonly severity: unknown;
  /** Nanoseconds since 1970. */
  readonly timestamp: unknown;
  /** The string of a field; empty if it has none. */
  text(field: string): string;
  /** The number of a field; undefined if it has none. */
  number(field: string): number | undefined;
}

/**
 * Parses a line (docs/observability.md, "Logs"); undefined for one that is no JSON object. kubectl may put the name of
 * the pod before it.
 */
export function mozlogLine(line: string): MozlogLine | undefined {
  const start = line.indexOf('{');
  if (start === -1) return undefined;
  try {
    const { Fields, Severity, Timestamp } = JSON.parse(
      start === 0 ? line : line.slice(start),
    ) as Fields;
    const fields = isFields(Fields) ? Fields : {};
    const text = (field: string): string => {
      const value = fields[field];
      return typeof value === 'string' ? value : '';
    };
    const number = (field: string): number | undefined => {
      const value = fields[field];
      return typeof value === 'number' ? value : undefined;
    };
    return { severity: Severity, timestamp: Timestamp, text, number };
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null;
}
