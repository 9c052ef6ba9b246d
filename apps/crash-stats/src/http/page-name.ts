import { instruments } from '#antenna/telemetry';

/** What the metrics call the pages. */
const pageNames = instruments['antenna.crash_stats.requests'].attributes.page;
type PageName = (typeof pageNames)[number];

/** @param route the path of a route: `/crash/:id/raw.json` */
export function pageName(route: string | undefined): PageName {
  const [, first = ''] = /^\/(\w*)/.exec(route ?? '/unknown') ?? [];
  if (first === '') return 'home';
  if (first === 'v1') return 'api';
  return pageNames.find((name) => name === first) ?? 'other';
}
