import type { YAMLError } from 'yaml';

export interface YamlExplanation {
  readonly message: string;
  readonly hint: string;
}

/** The parser reads the lines after these errors as the author meant them; other errors in their line follow. */
const harmless: ReadonlySet<YAMLError['code']> = new Set(['TAG_RESOLVE_FAILED', 'MULTIPLE_DOCS']);

const tabCode = 'TAB_AS_INDENT';
const maxIndent = 100;

/**
 * The syntax errors that an author has to fix. A tab or an open bracket makes the parser misread what follows, which
 * gives dozens of further errors: only the first cause is reported, and all tabs.
 */
export class SyntaxErrors {
  /** In the order of the document, one for each line. */
  readonly causes: readonly (YamlExplanation & { readonly offset: number })[];
  /** Offsets of their lines. */
  private readonly brokenLines: ReadonlySet<number>;
  /** The line in which the parser loses the structure of the document. */
  private readonly breaksAt: number;

  /** @param lineStart the offset of the line that contains an offset */
  constructor(
    found: readonly YAMLError[],
    document: string,
    private readonly lineStart: (offset: number) => number,
  ) {
    const located = found
      .map((error) => {
        const line = lineStart(error.pos[0]);
        // The library reports something else about some of the lines that are indented with a tab.
        const code = /^ *\t/.test(document.slice(line, line + maxIndent)) ? tabCode : error.code;
        return { code, line, offset: error.pos[0], ...explain(code, error) };
      })
      .toSorted((left, right) => left.offset - right.offset);
    const tabs = located.filter(({ code }) => code === tabCode);
    const contained = located.filter(({ code }) => harmless.has(code));
    const containedLines = new Set(contained.map(({ line }) => line));
    const structural = located.filter(({ line }) => !containedLines.has(line));
    const breaks = tabs.length > 0 ? tabs : structural.slice(0, 1);
    this.breaksAt = breaks[0]?.line ?? Infinity;
    const before = contained.filter(({ line }) => line < this.breaksAt);
    // Of several errors in a line, the first is reported.
    const byLine = new Map([...before, ...breaks].toReversed().map((cause) => [cause.line, cause]));
    this.causes = [...byLine.values()].toReversed();
    this.brokenLines = new Set(byLine.keys());
  }

  /** Whether another error, at this offset and about the value that ends at `end`, follows from them. */
  explain(offset: number, end: number): boolean {
    if (this.causes.length === 0) return false;
    return end >= this.breaksAt || this.brokenLines.has(this.lineStart(offset));
  }
}

const explanations: { readonly [Code in YAMLError['code']]?: YamlExplanation } = {
  MULTIPLE_DOCS: { message: 'there is more than one YAML document', hint: 'remove the line ---' },
  TAB_AS_INDENT: { message: 'a line is indented with a tab', hint: 'indent with spaces' },
  TAG_RESOLVE_FAILED: {
    message: 'an unquoted ! starts a YAML tag',
    hint: "put the expression in single quotes: '!(…)'",
  },
};

/** An error of the YAML library worded for authors. */
function explain(code: YAMLError['code'], { message }: YAMLError): YamlExplanation {
  return (
    explanations[code] ?? {
      message: `not valid YAML: ${message}`,
      // The usual cause is an expression that starts with a quote, or contains ": " or " #".
      hint: 'put an expression in single quotes, or below >-',
    }
  );
}
