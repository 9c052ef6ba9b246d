/** Grafana's dashboards, generated so that they use only metrics that exist. */
import { crash } from './crash.js';
import { crashStats } from './crash-stats.js';
import { crashmover } from './crashmover.js';
import { type Dashboard, dashboardModel } from './dashboard.js';
import { ingest } from './ingest.js';
import { overview } from './overview.js';
import { processor } from './processor.js';
import { throttling } from './throttling.js';

const dashboards: readonly Dashboard[] = [
  overview,
  ingest,
  crashmover,
  processor,
  crashStats,
  throttling,
  crash,
];

/** The contents of the files in `charts/antenna/files/dashboards`, by path. */
export function dashboardFiles(): Readonly<Record<string, string>> {
  return Object.fromEntries(
    dashboards.map((dashboard) => [
      `charts/antenna/files/dashboards/${dashboard.uid}.json`,
      JSON.stringify(dashboardModel(dashboard)),
    ]),
  );
}
