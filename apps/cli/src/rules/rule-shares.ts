/** How many reports each live rule decided in the last minutes, as throttle-config counts them. */
import { type CliContext, printLine } from '../cli-context.js';
import { CliError } from '../cli-error.js';
import { fetchFromThrottleConfig } from './fetch-from-throttle-config.js';
import type { RulesSource } from './read-ruleset.js';

/** The fields of `/v1/status` that are used. */
interface Status {
  readonly instances: readonly unknown[];
  readonly verdictMinutes: number;
  readonly verdicts: readonly {
    readonly rule: string;
    readonly counts: Readonly<Record<string, number>>;
  }[];
}

/** The share of each rule, as a column beside the rules; empty when there is nothing to show. */
export interface RuleShares {
  /** Explains the column. */
  readonly heading: readonly string[];
  of(rule: string): string;
  /** The number of reports that a rule decided; undefined when it is unknown. */
  countOf(rule: string): number | undefined;
}

const noShares: RuleShares = { heading: [], of: () => '', countOf: () => undefined };

/**
 * The shares of live rules; files have none. When throttle-config does not provide them, a line on stderr says why.
 * @throws CliError after Ctrl-C
 */
export async function readRuleShares(
  source: RulesSource,
  context: CliContext,
): Promise<RuleShares> {
  if (!('url' in source)) return noShares;
  try {
    const text = await fetchFromThrottleConfig(source.url, '/v1/status', context.interrupted);
    return sharesOf(parseStatus(text));
  } catch (error) {
    if (!(error instanceof CliError) || context.interrupted.aborted) throw error;
    await printLine(context.stderr, `the shares of the rules are unknown: ${error.message}`);
    return noShares;
  }
}

function sharesOf({ instances, verdictMinutes, verdicts }: Status): RuleShares {
  const decided = new Map(verdicts.map(({ rule, counts }) => [rule, decidedOf(counts)]));
  const total = [...decided.values()].reduce((sum, count) => sum + count, 0);
  if (total === 0) return noShares;
  const width = formatCount(total).length;
  const processes = `${formatCount(instances.length)} ingest instance${instances.length === 1 ? '' : 's'}`;
  return {
    heading: [
      `Beside each rule: its share of the ${formatCount(total)} reports of the last ${verdictMinutes} minutes that ${processes} reported to this replica.`,
    ],
    of: (rule) => {
      const count = decided.get(rule) ?? 0;
      const percent = ((count / total) * 100).toFixed(1).padStart(5);
      return `${percent} %  ${formatCount(count).padStart(width)}  `;
    },
    countOf: (rule) => decided.get(rule) ?? 0,
  };
}

/** Without `continue`: a later rule decides, and counts, such a report. */
function decidedOf(counts: Readonly<Record<string, number>>): number {
  return Object.entries(counts)
    .filter(([outcome]) => outcome !== 'continue')
    .reduce((sum, [, count]) => sum + count, 0);
}

function formatCount(count: number): string {
  return count.toLocaleString('en');
}

function parseStatus(text: string): Status {
  let status: unknown;
  try {
    status = JSON.parse(text);
  } catch (error) {
    throw new CliError('its status is not JSON', 1, { cause: error });
  }
  if (!isStatus(status)) throw new CliError('its status has the format of another version');
  return status;
}

function isStatus(value: unknown): value is Status {
  return (
    isRecord(value) &&
    Array.isArray(value['instances']) &&
    typeof value['verdictMinutes'] === 'number' &&
    Array.isArray(value['verdicts']) &&
    value['verdicts'].every(
      (one: unknown) =>
        isRecord(one) &&
        typeof one['rule'] === 'string' &&
        isRecord(one['counts']) &&
        Object.values(one['counts']).every((count) => typeof count === 'number'),
    )
  );
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
