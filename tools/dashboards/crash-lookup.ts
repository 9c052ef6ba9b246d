/** Links from a crash ID to its trace and its logs. */
import type { Json, Panel } from './panel.js';
import { panel } from './panel.js';

const loki = { type: 'loki', uid: '${loki}' };
const tempo = { type: 'tempo', uid: '${tempo}' };

/** The log streams of Antenna: the containers of its pods. */
const containers = 'container=~"ingest|crashmover|throttle-config|standalone"';
const logStream = `{namespace=~"$namespace", ${containers}}`;

/** Log lines that match a LogQL pipeline. */
export function logLines(title: string, description: string, pipeline: string): Panel {
  return panel(24, 10, {
    type: 'logs',
    title,
    description,
    datasource: loki,
    targets: [{ datasource: loki, expr: `${logStream} ${pipeline}`, refId: 'A' }],
    options: { showTime: true, wrapLogMessage: true, sortOrder: 'Descending' },
  });
}

/** Traces that match a TraceQL query; a click opens one. */
export function traces(title: string, description: string, query: string): Panel {
  return panel(24, 8, {
    type: 'table',
    title,
    description,
    datasource: tempo,
    targets: [{ datasource: tempo, query, queryType: 'traceql', limit: 20, refId: 'A' }],
  });
}

/** The latest crash IDs, with links to trace, logs or both. */
export function latestCrashes(): Panel {
  const expr =
    `${logStream} |= \`matched by\`` +
    ' | json crash_id="Fields.crash_id", rule="Fields.rule", trace_id="Fields.trace_id"' +
    ' | crash_id!=""';
  return panel(24, 8, {
    type: 'table',
    title: 'Latest crashes',
    description: 'Acknowledged reports. Click an ID for links to its trace and logs.',
    datasource: loki,
    targets: [{ datasource: loki, expr, maxLines: 100, refId: 'A' }],
    transformations: [
      { id: 'extractFields', options: { source: 'labels', keepTime: true, replace: true } },
      {
        id: 'filterFieldsByName',
        options: { include: { names: ['Time', 'crash_id', 'rule', 'trace_id'] } },
      },
    ],
    fieldConfig: {
      defaults: {},
      overrides: [
        links('crash_id', [
          ['Trace and logs of this crash', crashDashboard('${__value.raw}')],
          ['Trace', explore('${tempo}', traceql('${__value.raw}'))],
          ['Logs', explore('${loki}', logql('${__value.raw}'))],
        ]),
        links('trace_id', [['Trace', explore('${tempo}', traceById('${__value.raw}'))]]),
      ],
    },
  });
}

/** Finds every span of a crash, including a second trace after an outage. */
export function spansOf(crashId: string): string {
  return `{ span.crash.id = "${crashId}" }`;
}

function crashDashboard(crashId: string): string {
  return `/d/antenna-crash?var-crash_id=${crashId}&\${namespace:queryparam}&\${__url_time_range}`;
}

const traceql = (crashId: string): Json => ({ queryType: 'traceql', query: spansOf(crashId) });
const traceById = (traceId: string): Json => ({ queryType: 'traceql', query: traceId });
const logql = (crashId: string): Json => ({ expr: `{${containers}} |= \`${crashId}\`` });

/** A link to Explore. Grafana replaces variables only if they are not percent-encoded. */
function explore(datasource: string, query: Json): string {
  const pane = {
    datasource,
    queries: [{ refId: 'A', ...(query as object) }],
    range: { from: '${__from}', to: '${__to}' },
  };
  const encoded = encodeURIComponent(JSON.stringify({ crash: pane }));
  const readable = encoded.replaceAll(/%24%7B([\w.]+)%7D/g, (_, name: string) => `\${${name}}`);
  return `/explore?schemaVersion=1&orgId=\${__org.id}&panes=${readable}`;
}

function links(field: string, targets: readonly (readonly [title: string, url: string])[]): Json {
  return {
    matcher: { id: 'byName', options: field },
    properties: [{ id: 'links', value: targets.map(([title, url]) => ({ title, url })) }],
  };
}
