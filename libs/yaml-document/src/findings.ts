/** An error or a warning in a document, worded for its author. */
export interface DocumentProblem {
  /** 1-based. */
  readonly line: number;
  /** 1-based. */
  readonly column: number;
  readonly message: string;
  /** How to fix it. */
  readonly hint?: string;
}

/** Keys and indexes from the top of the document to a value. */
export type DocumentPath = readonly (string | number)[];

/** A problem whose line and column are not known yet. */
export interface Finding {
  readonly path: DocumentPath;
  /** Locate the key instead of its value. */
  readonly at?: 'key';
  /** Characters from the start of the string at `path`. */
  readonly offset?: number;
  readonly message: string;
  readonly hint: string;
}

/** Collects all problems of a document, so that its author sees them at once. */
export class Findings {
  readonly errors: Finding[] = [];
  readonly warnings: Finding[] = [];
  /** Keys that were ignored, such as `rules.2.colour`. */
  readonly ignored: string[] = [];

  constructor(private readonly unknownKeys: 'refused' | 'ignored') {}

  error(path: DocumentPath, message: string, more: Pick<Finding, 'at' | 'offset' | 'hint'>) {
    this.errors.push({ path, message, ...more });
  }

  unknownKey(path: DocumentPath, key: string, hint: string) {
    if (this.unknownKeys === 'ignored') this.ignored.push([...path, key].join('.'));
    else this.error([...path, key], `unknown key ${key}`, { at: 'key', hint });
  }

  warning(path: DocumentPath, message: string, hint: string) {
    this.warnings.push({ path, message, hint });
  }
}

/** Locates a finding in the text of its document. */
export type LocateFinding = (finding: Finding) => { line: number; column: number };

export function inDocumentOrder<Problem extends DocumentProblem>(
  problems: readonly Problem[],
): Problem[] {
  return problems.toSorted((left, right) => left.line - right.line || left.column - right.column);
}
