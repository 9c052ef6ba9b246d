/** Panels of Grafana's classic dashboard model, without position and id, which `dashboard.ts` adds. */

/** A JSON value in a panel. */
export type Json =
  | string
  | number
  | boolean
  | null
  | readonly Json[]
  | { readonly [key: string]: Json };

/** Grafana's unit names. */
type Unit = 'short' | 's' | 'bytes' | 'percentunit' | 'reqps' | 'cps' | 'none' | 'bool_yes_no';

/** A query and the legend of its series, in which `{{label}}` stands for a label's value. */
export type Query = readonly [expression: string, legend: string];

export interface Panel {
  readonly width: number;
  readonly height: number;
  readonly model: { readonly [key: string]: Json };
}

/** The values from which a figure is shown in another colour; it is green below the first. */
type Thresholds = readonly (readonly [from: number, colour: 'yellow' | 'orange' | 'red'])[];

interface Look {
  /** The meaning of the panel and what to do about a problem, in one or two sentences. */
  readonly description: string;
  readonly unit: Unit;
  readonly thresholds?: Thresholds;
}

/** Values over time. Use `stack` for parts of a whole. */
export function graph(
  title: string,
  look: Look & { readonly stack?: 'normal' | 'none' },
  queries: readonly Query[],
): Panel {
  const custom = {
    fillOpacity: look.stack === 'normal' ? 40 : 8,
    lineWidth: 1,
    showPoints: 'never',
    stacking: { mode: look.stack ?? 'none', group: 'A' },
    thresholdsStyle: { mode: look.thresholds ? 'line' : 'off' },
  };
  return panel(8, 8, {
    ...prometheusPanel('timeseries', title, look, queries, 'range'),
    fieldConfig: { defaults: { ...defaults(look), min: 0, custom }, overrides: [] },
    options: {
      legend: { showLegend: true, displayMode: 'list', placement: 'bottom' },
      tooltip: { mode: 'multi', sort: 'desc' },
    },
  });
}

/** One figure for the whole time range. */
export function figure(title: string, look: Look, query: string): Panel {
  return panel(4, 4, {
    ...prometheusPanel('stat', title, look, [[query, title]], 'instant'),
    fieldConfig: { defaults: defaults(look), overrides: [] },
    options: {
      colorMode: look.thresholds ? 'background' : 'value',
      graphMode: 'none',
      reduceOptions: { calcs: ['lastNotNull'], fields: '', values: false },
    },
  });
}

/** A table with the labels and value of each series of one query, in descending order. */
export function list(title: string, look: Look, query: string, columns: readonly string[]): Panel {
  const names = Object.fromEntries([...columns, 'Value'].map((name, index) => [name, index]));
  return panel(8, 8, {
    ...prometheusPanel('table', title, look, [[query, '']], 'instant'),
    fieldConfig: { defaults: defaults(look), overrides: [] },
    options: { showHeader: true, sortBy: [{ displayName: 'Value', desc: true }] },
    transformations: [
      { id: 'organize', options: { excludeByName: { Time: true }, indexByName: names } },
    ],
  });
}

/** A panel of another type, with its own model. */
export function panel(width: number, height: number, model: Panel['model']): Panel {
  return { width, height, model };
}

/** The same panel in another size. A row is 24 units wide. */
export function sized(width: number, height: number, { model }: Panel): Panel {
  return { width, height, model };
}

function prometheusPanel(
  type: string,
  title: string,
  { description }: Look,
  queries: readonly Query[],
  when: 'instant' | 'range',
): Panel['model'] {
  const datasource = { type: 'prometheus', uid: '${prometheus}' };
  const targets = queries.map(([expr, legendFormat], index) => ({
    datasource,
    expr,
    legendFormat,
    refId: String.fromCodePoint(65 + index),
    ...(when === 'instant' && { instant: true, range: false }),
    ...(type === 'table' && { format: 'table' }),
  }));
  return { type, title, description, datasource, targets };
}

function defaults({ unit, thresholds = [] }: Look): { readonly [key: string]: Json } {
  const steps: Json[] = [{ color: 'green', value: null }];
  for (const [value, color] of thresholds) steps.push({ color, value });
  return {
    unit,
    color: { mode: 'palette-classic' },
    thresholds: { mode: 'absolute', steps },
  };
}
