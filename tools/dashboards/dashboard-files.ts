/** Grafana's dashboards, generated so that they use only metrics that exist. */
import { crash } from './crash.js';
import { crashmover } from './crashmover.js';
import { type Dashboard, dashboardModel } from './dashboard.js';
import { ingest } from './ingest.js';
import { overview } from './overview.js';
import { throttling } from './throttling.js';

export const dashboards: readonly Dashboard[] = [overview, ingest, crashmover, throttling, crash];

/** The files of `k8s/grafana` by path. */
export function dashboardFiles(): Readonly<Record<string, string>> {
  return Object.fromEntries(
    dashboards.map((dashboard) => [
      `k8s/grafana/${dashboard.uid}.json`,
      JSON.stringify(dashboardModel(dashboard)),
    ]),
  );
}
