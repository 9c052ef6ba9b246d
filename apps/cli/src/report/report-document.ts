import { formatTable } from '../human-units.js';
import { inOneLine } from '../terminal-safe.js';

/** A report for people, which is printed or becomes a page. */
export interface ReportDocument {
  readonly title: string;
  readonly facts: readonly Fact[];
  readonly tables: readonly ReportTable[];
  readonly plots: readonly Plot[];
  /** What is wrong; none: all is well. */
  readonly problems: readonly string[];
}

export type Fact = readonly [name: string, value: string];

/** Without those that are not known. */
export function factsOf(values: Readonly<Record<string, string | undefined>>): Fact[] {
  return Object.entries(values).filter((fact): fact is [string, string] => fact[1] !== undefined);
}

export interface ReportTable {
  readonly title: string;
  readonly head: readonly string[];
  /** The first cell of each row is a number. */
  readonly rows: readonly (readonly string[])[];
}

export interface Plot {
  readonly title: string;
  readonly unit: string;
  /** Of each point: seconds since the start, or since 1970. */
  readonly seconds: readonly number[];
  readonly from: 'start' | '1970';
  readonly lines: readonly { readonly name: string; readonly values: readonly (number | null)[] }[];
}

/** For a terminal: without plots. A string of a client or a collector cannot add a line. */
export function reportText({ title, facts, tables, problems }: ReportDocument): string {
  const sections = [
    `${inOneLine(title)}\n`,
    formatTable(facts.map((cells) => cells.map(inOneLine))),
    ...tables
      .filter(({ rows }) => rows.length > 0)
      .map(
        ({ title: name, head, rows }) =>
          `${name}\n${formatTable([head, ...rows.map((cells) => cells.map(inOneLine))], { right: [0] })}`,
      ),
    ...(problems.length > 0
      ? [`Problems\n${problems.map((line) => `  ${inOneLine(line)}\n`).join('')}`]
      : []),
  ];
  return sections.join('\n');
}
