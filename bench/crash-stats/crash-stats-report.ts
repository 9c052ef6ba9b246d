import { textTable } from '../text-table.js';
import type { IndexFigures } from './measure-index.js';
import { planFor, planWords } from './plan-for.js';

export interface CrashStatsFigures {
  readonly seconds: number;
  readonly sqlite: IndexFigures;
  /** Undefined where OpenSearch is not installed. */
  readonly openSearch: IndexFigures | undefined;
}

/** Milliseconds at the median, of each question, from SQLite. */
const aimMs = 150;

export function crashStatsReport({ seconds, sqlite, openSearch }: CrashStatsFigures): string {
  const late = sqlite.questions.filter(({ medianMs }) => medianMs >= aimMs).length;
  const asked = `${sqlite.questions.length - late} of ${sqlite.questions.length} questions to SQLite below ${aimMs} ms at the median`;
  return `${[
    `Measured for ${seconds} s. Crashes are made as they are indexed; the time for that is not counted.`,
    costTable([
      ['SQLite', sqlite],
      ['OpenSearch', openSearch],
    ]),
    'Answers in ms: median, 95th percentile, and CPU time of all threads on average',
    answersTable(sqlite, openSearch),
    openSearch
      ? plan(openSearch)
      : 'OpenSearch is not installed: .ci/install-peers installs it. Without it, there is no plan for a cluster.',
    `Aims\n${late === 0 ? 'reached' : 'MISSED '}  ${asked}`,
  ].join('\n\n')}\n`;
}

function costTable(indices: readonly [string, IndexFigures | undefined][]): string {
  const rows = indices.flatMap(([name, figures]) =>
    figures
      ? [
          [
            name,
            String(figures.crashes),
            figures.perSecond.toFixed(0),
            figures.perCpuSecond.toFixed(0),
            figures.bytesPerCrash.toFixed(0),
          ],
        ]
      : [],
  );
  return textTable(['index', 'crashes', 'indexed/s', '/s of CPU', 'bytes each'], rows);
}

function answersTable(sqlite: IndexFigures, openSearch: IndexFigures | undefined): string {
  const rows = sqlite.questions.map((answered, question) => {
    const all = [answered, openSearch?.questions[question]];
    const cells = all.flatMap((one) => (one ? [one.medianMs, one.p95Ms, one.cpuMs] : []));
    return [answered.title, ...cells.map((value) => value.toFixed(0))];
  });
  const header = ['question', 'SQLite', 'p95', 'CPU'];
  if (openSearch) header.push('OpenSearch', 'p95', 'CPU');
  return textTable(header, rows);
}

function plan({ bytesPerCrash, perCpuSecond }: IndexFigures): string {
  const needs = planFor(30, 180, { bytes: bytesPerCrash, cpuMs: 1000 / perCpuSecond });
  return `Computed for OpenSearch with 30 crashes a second for 180 days: ${planWords(needs)}.`;
}
