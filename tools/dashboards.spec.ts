import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, it } from '@jest/globals';

import { dashboardFiles } from './dashboards/dashboard-files.js';
import { unknownNames } from './metric-use.js';

interface PanelModel {
  readonly id: number;
  readonly type: string;
  readonly title: string;
  readonly description?: string;
  readonly datasource?: { readonly type: string; readonly uid: string };
  readonly targets?: readonly { readonly expr?: string; readonly query?: string }[];
  readonly gridPos: {
    readonly x: number;
    readonly y: number;
    readonly w: number;
    readonly h: number;
  };
}

interface DashboardModel {
  readonly uid: string;
  readonly title: string;
  readonly templating: {
    readonly list: readonly { readonly name: string; readonly type: string }[];
  };
  readonly panels: readonly PanelModel[];
}

const root = join(import.meta.dirname, '..');
const files = readdirSync(join(root, 'charts/antenna/files/dashboards'))
  .filter((name) => name.endsWith('.json'))
  .map((name) => `charts/antenna/files/dashboards/${name}`);
const read = (file: string): DashboardModel => JSON.parse(readFileSync(join(root, file), 'utf8'));
const models = files.map(read);

/** The dashboard of one crash queries traces and logs, but no metrics. */
const withoutMetrics = 'antenna-crash';

describe('charts/antenna/files/dashboards', () => {
  it('contains exactly the dashboards that npm run docs generates', () => {
    const expected = Object.entries(dashboardFiles());
    expect(files.toSorted()).toEqual(expected.map(([file]) => file).toSorted());
    for (const [file, text] of expected) expect(read(file)).toEqual(JSON.parse(text));
  });

  it('has dashboards with unique IDs', () => {
    expect(new Set(models.map(({ uid }) => uid)).size).toBe(files.length);
  });
});

describe.each(models.map((model) => [model.title, model] as const))('%s', (_, model) => {
  const variables = new Set(model.templating.list.map(({ name }) => name));
  const text = JSON.stringify(model);

  it('has numbered panels that do not overlap', () => {
    expect(new Set(model.panels.map(({ id }) => id)).size).toBe(model.panels.length);
    const taken = model.panels.flatMap(({ gridPos: { x, y, w, h } }) =>
      Array.from({ length: w * h }, (__, cell) => `${x + (cell % w)},${y + Math.floor(cell / w)}`),
    );
    expect(new Set(taken).size).toBe(taken.length);
    expect(model.panels.every(({ gridPos: { x, w } }) => x + w <= 24)).toBe(true);
  });

  it('queries only metrics, labels and values that exist', () => {
    const queries = model.panels
      .filter(({ datasource }) => datasource?.type === 'prometheus')
      .flatMap(({ targets = [] }) => targets.map(({ expr = '' }) => expr));
    expect(queries.length > 0).toBe(model.uid !== withoutMetrics);
    expect(queries.flatMap(unknownNames)).toEqual([]);
  });

  it('uses only existing variables as data sources', () => {
    const sources = model.panels.flatMap(({ datasource }) => (datasource ? [datasource] : []));
    expect(sources).not.toEqual([]);
    expect(sources.filter(({ type, uid }) => uid !== `\${${type}}`)).toEqual([]);
    const named = [...text.matchAll(/\$\{?([a-z]\w*)/g)].map(([, name = '']) => name);
    expect(named).not.toEqual([]);
    expect(named.filter((name) => !variables.has(name))).toEqual([]);
  });

  it('has a description for each panel', () => {
    const panels = model.panels.filter(({ type }) => type !== 'row');
    expect(panels).not.toEqual([]);
    const bare = panels.filter(({ description = '' }) => !description);
    expect(bare.map(({ title }) => title)).toEqual([]);
  });

  it('links only to existing dashboards', () => {
    const linked = [...text.matchAll(/\/d\/([\w-]+)/g)].map(([, uid = '']) => uid);
    const known = new Set(models.map(({ uid }) => uid));
    expect(linked.length > 0).toBe(model.uid === 'antenna-overview');
    expect(linked.filter((uid) => !known.has(uid))).toEqual([]);
  });
});

describe('the overview', () => {
  it('links a crash ID to its trace and its logs', () => {
    const text = readFileSync(
      join(root, 'charts/antenna/files/dashboards/antenna-overview.json'),
      'utf8',
    );
    const links = [...text.matchAll(/"url": "(\/explore[^"]*)"/g)].map(([, url = '']) => url);
    const panes = links.map((url) => {
      const parameters = new URL(url, 'https://grafana.example').searchParams;
      return JSON.parse(parameters.get('panes') ?? '').crash;
    });
    expect(panes).toContainEqual(
      expect.objectContaining({
        datasource: '${tempo}',
        queries: [expect.objectContaining({ query: '{ span.crash.id = "${__value.raw}" }' })],
      }),
    );
    expect(panes).toContainEqual(
      expect.objectContaining({
        datasource: '${loki}',
        queries: [expect.objectContaining({ expr: expect.stringContaining('`${__value.raw}`') })],
      }),
    );
    expect(text).toContain('/d/antenna-crash?var-crash_id=${__value.raw}');
  });
});
