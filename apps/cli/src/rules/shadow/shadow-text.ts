import { formatAge, formatTable } from '../../human-units.js';
import type { ShadowRun, VerdictChange } from './shadow-client.js';

const verdicts = ['accept', 'defer', 'reject', 'fakeaccept'];

/** What a draft would change, in at most this number of rules and products. */
export function shadowText(run: ShadowRun, now: Date, maxRows: number): string {
  const parts = [
    headingOf(run, now),
    matrixOf(run.verdicts),
    rulesOf(run, maxRows),
    productsOf(run, maxRows),
    costOf(run),
  ];
  return parts.filter((part) => part !== '').join('\n');
}

function headingOf(run: ShadowRun, now: Date): string {
  const { id, endsAt, ended, instances, reports, evaluated, changed } = run;
  const left = formatAge(Date.parse(endsAt) - now.getTime());
  const state = ended ? ended.reason : `${left} left`;
  const processes =
    instances.length === 1 ? '1 ingest process' : `${instances.length} ingest processes`;
  const skipped =
    evaluated < reports
      ? `The draft is expensive: it was evaluated on ${format(evaluated)} of ${format(reports)} reports.\n`
      : '';
  return (
    `draft ${id}: ${state}, ${processes}\n${skipped}` +
    `${format(changed)} of ${format(evaluated)} reports would get another verdict${share(changed, evaluated)}\n`
  );
}

function matrixOf(changes: readonly VerdictChange[]): string {
  if (changes.length === 0) return '';
  const drafts = verdicts.filter((draft) => changes.some((change) => change.draft === draft));
  const lives = verdicts.filter((live) => changes.some((change) => change.live === live));
  const cell = (live: string, draft: string): string =>
    format(changes.find((one) => one.live === live && one.draft === draft)?.reports ?? 0);
  const row = (live: string): string[] => [live].concat(drafts.map((draft) => cell(live, draft)));
  return formatTable([['live \\ draft', ...drafts], ...lives.map(row)], {
    right: drafts.map((_, index) => index + 1),
  });
}

function rulesOf({ rules, evaluated }: ShadowRun, maxRows: number): string {
  if (evaluated === 0) return '';
  const rows = rules
    .filter(({ decided, errors }) => decided > 0 || errors > 0)
    .map(({ rule, decided, errors }) => [
      rule,
      format(decided),
      percent(decided, evaluated),
      errors > 0 ? `failed on ${format(errors)}` : '',
    ]);
  return tableOf(['rule of the draft', 'decides', '', ''], rows, maxRows, [1, 2]);
}

function productsOf({ products }: ShadowRun, maxRows: number): string {
  const rows = products.map(({ product, channel, evaluated, changed }) => [
    product,
    channel,
    format(evaluated),
    format(changed),
    percent(changed, evaluated),
  ]);
  const heading = ['product', 'channel', 'reports', 'changed', ''];
  const isOther = products.some(({ product }) => product === 'other');
  const hint = isOther ? 'To see other products by name, add them to METRIC_PRODUCTS.\n' : '';
  return tableOf(heading, rows, maxRows, [2, 3, 4]) + hint;
}

function tableOf(
  heading: readonly string[],
  rows: readonly (readonly string[])[],
  maxRows: number,
  right: readonly number[],
): string {
  if (rows.length === 0) return '';
  const more = rows.length > maxRows ? `and ${rows.length - maxRows} more\n` : '';
  return formatTable([heading, ...rows.slice(0, maxRows)], { right }) + more;
}

function costOf({ evaluated, cost: { live, draft } }: ShadowRun): string {
  if (evaluated === 0) return '';
  return (
    `A verdict of the draft takes ${draft.meanUs} µs (at most ${draft.maxUs}), ` +
    `a live one ${live.meanUs} µs (at most ${live.maxUs}).\n`
  );
}

function share(part: number, whole: number): string {
  return part === 0 ? '' : ` (${percent(part, whole)})`;
}

function percent(part: number, whole: number): string {
  return `${((100 * part) / whole).toFixed(1)} %`;
}

function format(count: number): string {
  return count.toLocaleString('en-US');
}
