/** Grafana's classic dashboard model: rows of panels, common variables, and links between the dashboards. */
import type { Json, Panel } from './panel.js';

interface Row {
  readonly title: string;
  readonly panels: readonly Panel[];
}

export interface Dashboard {
  /** Fixed, so that links and bookmarks remain valid in new versions. */
  readonly uid: string;
  readonly title: string;
  readonly description: string;
  readonly rows: readonly Row[];
  /** Variables in addition to those for data sources and the namespace. */
  readonly variables?: readonly Json[];
}

const gridWidth = 24;

/** The JSON that Grafana imports or its sidecar provisions. */
export function dashboardModel({ uid, title, description, rows, variables = [] }: Dashboard): Json {
  return {
    uid,
    title,
    description,
    tags: ['antenna'],
    schemaVersion: 39,
    version: 1,
    editable: true,
    graphTooltip: 1,
    refresh: '30s',
    time: { from: 'now-3h', to: 'now' },
    timezone: 'utc',
    links: [
      {
        type: 'dashboards',
        tags: ['antenna'],
        title: 'Antenna',
        asDropdown: false,
        includeVars: true,
        keepTime: true,
      },
    ],
    templating: { list: [...sharedVariables, ...variables] },
    panels: placed(rows),
  };
}

const sharedVariables: readonly Json[] = [
  { type: 'datasource', name: 'prometheus', label: 'Metrics', query: 'prometheus' },
  { type: 'datasource', name: 'loki', label: 'Logs', query: 'loki' },
  { type: 'datasource', name: 'tempo', label: 'Traces', query: 'tempo' },
  {
    type: 'query',
    name: 'namespace',
    label: 'Namespace',
    datasource: { type: 'prometheus', uid: '${prometheus}' },
    query: { query: 'label_values(antenna_ruleset_info, namespace)', refId: 'namespace' },
    refresh: 2,
    includeAll: true,
    multi: true,
    // Also matches series without the label, which exist outside Kubernetes.
    allValue: '.*',
    current: { text: 'All', value: '$__all' },
  },
];

/** Numbers the panels and places them from left to right and from top to bottom. */
function placed(rows: readonly Row[]): Json[] {
  const models: Json[] = [];
  let id = 0;
  let top = 0;
  for (const { title, panels } of rows) {
    id += 1;
    models.push({
      id,
      type: 'row',
      title,
      collapsed: false,
      panels: [],
      gridPos: { x: 0, y: top, w: gridWidth, h: 1 },
    });
    top += 1;
    let left = 0;
    let bottom = top;
    for (const { width, height, model } of panels) {
      if (left + width > gridWidth) {
        left = 0;
        top = bottom;
      }
      id += 1;
      models.push({ id, ...model, gridPos: { x: left, y: top, w: width, h: height } });
      left += width;
      bottom = Math.max(bottom, top + height);
    }
    top = bottom;
  }
  return models;
}
