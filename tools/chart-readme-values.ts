import { isMap, isNode, type Pair, parseDocument, type YAMLMap } from 'yaml';

/** A value of a chart, with its description in `values.yaml`. */
export interface ChartValue {
  /** Path of the value: `ingest.spool.capacity`. */
  readonly name: string;
  readonly type: 'boolean' | 'list' | 'map' | 'number' | 'string' | 'unset';
  /** As JSON. */
  readonly default: string;
  readonly explanation: string;
}

export interface ChartSection {
  readonly title: string;
  readonly values: ChartValue[];
}

/** A value has no description, or is outside all sections. */
export class UndocumentedValueError extends Error {
  override readonly name = 'UndocumentedValueError';

  constructor(value: string, problem: string) {
    super(`${value} ${problem}`);
  }
}

/**
 * Reads the comments of a `values.yaml`. `# @section -- Title` starts a section. `# -- description`, with the following
 * lines, describes the key below it. A map with a description is one value; a map without one is a group of values.
 * @throws {UndocumentedValueError} for the first value without a description or section
 */
export function readChartValues(text: string): ChartSection[] {
  const { contents } = parseDocument(text);
  const sections: ChartSection[] = [];
  if (isMap(contents)) visit(contents, '', { text, sections });
  return sections;
}

interface Reading {
  readonly text: string;
  readonly sections: ChartSection[];
}

function visit(map: YAMLMap, prefix: string, reading: Reading): void {
  const { text, sections } = reading;
  for (const pair of map.items) {
    const comment = commentAbove(pair, text);
    const title = /^@section -- (.+)$/m.exec(comment)?.[1];
    if (title !== undefined) sections.push({ title, values: [] });

    const name = prefix + String(pair.key);
    const explanation = explanationIn(comment);
    if (explanation === undefined && isMap(pair.value) && pair.value.items.length > 0) {
      visit(pair.value, `${name}.`, reading);
      continue;
    }
    const section = sections.at(-1);
    if (!section)
      throw new UndocumentedValueError(name, 'is outside all sections; add # @section --');
    if (explanation === undefined)
      throw new UndocumentedValueError(name, 'has no description; add # --');
    section.values.push({ name, explanation, ...defaultOf(pair) });
  }
}

/** The comment lines directly above a key, read from the source because the parser attaches them to varying nodes. */
function commentAbove({ key }: Pair, text: string): string {
  const start = isNode(key) ? (key.range?.[0] ?? 0) : 0;
  const above = text.slice(0, text.lastIndexOf('\n', start) + 1).trimEnd();
  const lines = above.split('\n').map((line) => line.trim());
  const first = lines.findLastIndex((line) => line !== '' && !line.startsWith('#')) + 1;
  return lines
    .slice(first)
    .map((line) => line.replace(/^# ?/, ''))
    .join('\n');
}

/** The description after the last `-- ` at the start of a line, joined into one line. */
function explanationIn(comment: string): string | undefined {
  const lines = comment.split('\n');
  const first = lines.findLastIndex((line) => line.startsWith('-- '));
  if (first === -1) return undefined;
  const [head = '', ...more] = lines.slice(first);
  return [head.slice('-- '.length), ...more].join(' ').trim();
}

function defaultOf({ value }: Pair): Pick<ChartValue, 'type' | 'default'> {
  const plain: unknown = isNode(value) ? value.toJSON() : undefined;
  if (plain === undefined || plain === null) return { type: 'unset', default: '' };
  return { type: typeOf(plain), default: JSON.stringify(plain) };
}

function typeOf(value: unknown): ChartValue['type'] {
  if (Array.isArray(value)) return 'list';
  if (typeof value === 'boolean') return 'boolean';
  if (typeof value === 'number') return 'number';
  return typeof value === 'string' ? 'string' : 'map';
}
