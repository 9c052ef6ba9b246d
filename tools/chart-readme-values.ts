import { isMap, isNode, type Pair, parseDocument, type YAMLMap } from 'yaml';

/** A value of a chart, as its `values.yaml` explains it. */
export interface ChartValue {
  /** `ingest.spool.capacity` */
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

/** A value without explanation, or outside of all sections. */
export class UndocumentedValueError extends Error {
  override readonly name = 'UndocumentedValueError';
}

/**
 * Reads the comments of a `values.yaml`. `# @section -- Title` begins a section; `# -- text`, and what follows it,
 * explains the key below. A map with an explanation is one value; a map without is a group of values.
 * @throws {UndocumentedValueError} naming the first value that has no explanation, or no section
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
    if (!section) throw new UndocumentedValueError(`${name} stands before all sections`);
    if (explanation === undefined) throw new UndocumentedValueError(`${name} has no explanation`);
    section.values.push({ name, explanation, ...defaultOf(pair) });
  }
}

/** The comment lines right above a key, from the text: the parser gives them to this node or that. */
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

/** What follows the last `-- ` that begins a line, on one line. */
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
