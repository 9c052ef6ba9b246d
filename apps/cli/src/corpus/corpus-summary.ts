import { mozillaRuleset } from '#antenna/bundled-rules';
import type { Annotations, JsonValue } from '#antenna/crash-report';
import { annotationsForRules, parseRuleset, type Ruleset } from '#antenna/throttle';
import type { CliContext } from '../cli-context.js';
import { CliError } from '../cli-error.js';
import { byCount, count } from '../counts.js';
import { formatBytes, formatTable } from '../human-units.js';
import type { IndexEntry } from './corpus-index.js';

type Counts = Record<string, number>;

/** The mix of a corpus. Sizes are in bytes. */
export interface CorpusMix {
  readonly reports: number;
  readonly bytes: number;
  readonly kinds: Counts;
  /** For example `gzip, chunked`. */
  readonly encodings: Counts;
  readonly sizes: Readonly<Record<'mean' | 'p5' | 'p50' | 'p95' | 'p99' | 'max', number>>;
  /** What the bundled rules decide about the well-formed reports: `is_nightly: accept`. */
  readonly rules: Counts;
}

/** Adds up reports; keeps nothing of them but their sizes. */
export class CorpusSummary {
  private readonly kinds = new Map<string, number>();
  private readonly encodings = new Map<string, number>();
  private readonly rules = new Map<string, number>();
  private readonly sizes: number[] = [];
  private readonly ruleset: Ruleset;

  constructor(private readonly context: Pick<CliContext, 'now' | 'random'>) {
    const { ruleset } = parseRuleset(mozillaRuleset);
    if (!ruleset) throw new CliError('the bundled rules are not valid');
    this.ruleset = ruleset;
  }

  add(entry: Pick<IndexEntry, 'kind' | 'headers' | 'chunked' | 'bytes'> & Accepted): void {
    const { kind, headers, chunked, bytes, expected } = entry;
    count(this.kinds, kind);
    count(
      this.encodings,
      `${headers['Content-Encoding'] ?? 'identity'}${chunked ? ', chunked' : ''}`,
    );
    this.sizes.push(bytes);
    if (!expected) return;
    const annotations: Annotations = new Map(
      Object.entries(expected.annotations as Record<string, JsonValue>),
    );
    const { rule, verdict } = this.ruleset.evaluate(annotationsForRules(annotations), this.context);
    count(this.rules, `${rule}: ${verdict}`);
  }

  result(): CorpusMix {
    const sizes = this.sizes.toSorted((left, right) => left - right);
    const bytes = sizes.reduce((sum, size) => sum + size, 0);
    const percentile = (share: number): number =>
      sizes[Math.max(0, Math.ceil(share * sizes.length) - 1)] ?? 0;
    return {
      reports: sizes.length,
      bytes,
      kinds: Object.fromEntries(byCount(this.kinds)),
      encodings: Object.fromEntries(byCount(this.encodings)),
      sizes: {
        mean: sizes.length === 0 ? 0 : Math.round(bytes / sizes.length),
        p5: percentile(0.05),
        p50: percentile(0.5),
        p95: percentile(0.95),
        p99: percentile(0.99),
        max: percentile(1),
      },
      rules: Object.fromEntries(byCount(this.rules)),
    };
  }
}

interface Accepted {
  readonly expected?:
    | { readonly annotations: Readonly<Record<string, unknown>> }
    | null
    | undefined;
}

export function formatMix(mix: CorpusMix): string {
  const table = (counts: Counts): string =>
    formatTable(
      Object.entries(counts).map(([name, number]) => [
        String(number),
        `${((100 * number) / mix.reports).toFixed(1)} %`,
        name,
      ]),
      { right: [0, 1] },
    );
  const sizes = Object.entries(mix.sizes).map(([name, size]) => [name, formatBytes(size)]);
  return [
    `${mix.reports} reports, ${formatBytes(mix.bytes)}\n`,
    `sizes as sent\n${formatTable(sizes, { right: [1] })}`,
    `encodings\n${table(mix.encodings)}`,
    `decided by the bundled rules\n${table(mix.rules)}`,
    `kinds\n${table(mix.kinds)}`,
  ].join('\n');
}
