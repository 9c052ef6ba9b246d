/** One sample of a scrape. */
interface PrometheusSample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** A metric family: the samples of one `# TYPE` line. */
export interface PrometheusFamily {
  readonly type: string;
  readonly help: string;
  readonly samples: PrometheusSample[];
}

const name = '[a-zA-Z_:][a-zA-Z0-9_:]*';
const helpLine = new RegExp(`^# HELP (${name}) (.*)$`);
const typeLine = new RegExp(`^# TYPE (${name}) (counter|gauge|histogram|summary|untyped)$`);
const sampleLine = new RegExp(`^(${name})(?:\\{(.*)\\})? (\\S+)$`);
const label = /^([a-zA-Z_]\w*)="((?:[^"\\\n]|\\[\\n"])*)"(?:,|$)/;

/**
 * Parses the text format of Prometheus, version 0.0.4 (https://prometheus.io/docs/instrumenting/exposition_formats).
 * The parser is strict: each sample must belong to the family above it, and duplicates are errors.
 *
 * @throws Error that quotes the line
 */
export function parsePrometheusText(text: string): ReadonlyMap<string, PrometheusFamily> {
  const families = new Map<string, PrometheusFamily>();
  const seen = new Set<string>();
  let help = '';
  let current = '';
  for (const line of text.split('\n').filter((each) => each !== '')) {
    const [, helped, words] = helpLine.exec(line) ?? [];
    const [, typed = '', type] = typeLine.exec(line) ?? [];
    if (helped !== undefined) {
      help = words ?? '';
    } else if (type !== undefined) {
      if (families.has(typed)) throw new Error(`a second family: ${line}`);
      families.set(typed, { type, help, samples: [] });
      current = typed;
    } else if (!line.startsWith('#')) {
      const sample = sampleIn(line);
      const identity = line.slice(0, line.lastIndexOf(' '));
      if (seen.has(identity)) throw new Error(`a second sample: ${line}`);
      seen.add(identity);
      if (!belongs(sample.name, current, families.get(current)?.type))
        throw new Error(`not of the family ${current}: ${line}`);
      families.get(current)?.samples.push(sample);
    }
  }
  return families;
}

function belongs(sample: string, family: string, type: string | undefined): boolean {
  const suffixes = type === 'histogram' ? ['_bucket', '_sum', '_count'] : [''];
  return suffixes.some((suffix) => sample === `${family}${suffix}`);
}

function sampleIn(line: string): PrometheusSample {
  const [, sampleName, labels = '', text = ''] = sampleLine.exec(line) ?? [];
  const value = text === '+Inf' ? Infinity : Number(text);
  if (sampleName === undefined || Number.isNaN(value)) throw new Error(`not a sample: ${line}`);
  return { name: sampleName, labels: labelsIn(labels, line), value };
}

function labelsIn(text: string, line: string): Record<string, string> {
  const labels: Record<string, string> = {};
  for (let rest = text; rest !== '';) {
    const [whole, key, value] = label.exec(rest) ?? [];
    if (whole === undefined || key === undefined) throw new Error(`not labels: ${line}`);
    labels[key] = JSON.parse(`"${value ?? ''}"`) as string;
    rest = rest.slice(whole.length);
  }
  return labels;
}
