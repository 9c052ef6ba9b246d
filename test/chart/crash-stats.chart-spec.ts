import { expect, it } from '@jest/globals';

import {
  exampleValues,
  merged,
  refusalOf,
  render,
  type RenderedChart,
  type Values,
} from './support/chart.js';
import { environmentOf } from './support/environment.js';
import { describeWith } from './support/describe-with.js';

const { values: example = {} } =
  exampleValues().find(({ file }) => file === 'crash-stats-values.yaml') ?? {};
const chart = (more: Values = {}): RenderedChart => render(merged(example, more));
const index = 'https://opensearch.example.org:9200';

const withHelm = describeWith('helm');

withHelm('Crash Stats in the chart', () => {
  it('is off by default, without a trace in any object but alerts', () => {
    expect(render().has('crash-stats')).toBe(false);
    expect(JSON.stringify(render().objects)).not.toContain('antenna-crash-stats');
  });

  it('believes identities only from a proxy with a secret, in the networks of the values', () => {
    const { values, secrets } = environmentOf(chart(), 'crash-stats');
    expect(values).toMatchObject({
      AUTH: 'proxy',
      HOST: '::',
      AUTH_PROXY_NETWORKS: '10.0.0.0/16,fd00:10::/64',
      VIEWER_GROUPS: 'engineers',
      PROTECTED_GROUPS: 'crash-investigators',
      OPERATOR_GROUPS: 'crash-operators',
    });
    expect(secrets['AUTH_PROXY_SECRET']).toBe('antenna-crash-stats/proxy-secret');
  });

  it('is reached in the cluster alone, and by no route of clients', () => {
    const values = {
      ingress: { enabled: true, hosts: ['crash-reports.example.org'] },
      httpRoute: { enabled: true, parentRefs: [{ name: 'public' }] },
    };
    const { spec } = chart(values).the('Service', 'crash-stats');
    expect(spec).toMatchObject({ type: 'ClusterIP', ports: [{ port: 8004 }] });
    const routes = ['Ingress', 'HTTPRoute'].flatMap((kind) => chart(values).ofKind(kind));
    expect(routes).toHaveLength(2);
    expect(JSON.stringify(routes)).not.toContain('crash-stats');
  });

  it('shares the index with the processor and the command line, by the same Secret', () => {
    for (const component of ['crash-stats', 'processor', 'cli']) {
      const { values, secrets } = environmentOf(chart(), component);
      expect([component, values['CRASH_INDEX']]).toEqual([component, index]);
      expect([component, secrets]).toMatchObject([
        component,
        {
          CRASH_INDEX_USER: 'antenna-opensearch/user',
          CRASH_INDEX_PASSWORD: 'antenna-opensearch/password',
        },
      ]);
    }
    expect(environmentOf(chart(), 'crashmover').values['CRASH_INDEX']).toBeUndefined();
  });

  it('signs requests to Amazon OpenSearch Service', () => {
    const signed = chart({ crashIndex: { existingSecret: '', awsRegion: 'eu-west-1' } });
    for (const component of ['crash-stats', 'processor', 'cli']) {
      const { values, secrets } = environmentOf(signed, component);
      expect(values).toMatchObject({
        CRASH_INDEX_PREFIX: 'antenna-crashes',
        CRASH_INDEX_AWS_REGION: 'eu-west-1',
      });
      expect(secrets['CRASH_INDEX_PASSWORD']).toBeUndefined();
    }
  });

  it('processes crashes again through the queue of the processor', () => {
    const { values } = environmentOf(chart({ processor: { queue: 'own' } }), 'crash-stats');
    expect(values['PROCESSING_QUEUE']).toBe('own');
  });

  it('knows nothing of staging and the intake queue', () => {
    const names = Object.keys(environmentOf(chart(), 'crash-stats').values);
    expect(names).toContain('CRASH_BUCKET');
    expect(names.filter((name) => /^(STAGING|INTAKE|DEAD_LETTER)/.test(name))).toEqual([]);
  });

  it('reaches DNS, AWS and OpenSearch, and admits its proxy and readers of metrics', () => {
    const prometheus = { namespaceSelector: { matchLabels: { name: 'monitoring' } } };
    const { ingress, egress } = chart({ networkPolicy: { metricsFrom: [prometheus] } }).the(
      'NetworkPolicy',
      'crash-stats',
    )['spec'] as {
      ingress: readonly object[];
      egress: readonly { ports: readonly { port: number }[]; to?: unknown }[];
    };
    const proxy = { podSelector: { matchLabels: { 'app.kubernetes.io/name': 'oauth2-proxy' } } };
    expect(ingress).toEqual([
      { ports: [{ protocol: 'TCP', port: 8004 }], from: [proxy, prometheus] },
    ]);
    expect(egress.map(({ ports, to }) => [ports.map(({ port }) => port), to])).toEqual([
      [[53, 53], undefined],
      [[443], undefined],
      [[9200], [{ ipBlock: { cidr: '192.0.2.0/24' } }]],
    ]);
  });

  it('admits nobody where the values name no peer', () => {
    const closed = chart({ networkPolicy: { crashStatsFrom: [], metricsFrom: [] } });
    expect(closed.the('NetworkPolicy', 'crash-stats')['spec']).toMatchObject({ ingress: [] });
  });

  it('lets the processor and the command line reach OpenSearch, and no other component', () => {
    const policies = chart().ofKind('NetworkPolicy');
    const components = policies
      .filter((policy) => JSON.stringify(policy).includes('"port":9200'))
      .map(({ metadata }) => metadata.labels?.['app.kubernetes.io/component']);
    expect(new Set(components)).toEqual(new Set(['cli', 'crash-stats', 'processor']));
  });
});

const refused: readonly (readonly [title: string, crashStats: object, message: string])[] = [
  ['no login', { settings: { AUTH: 'none' } }, "additional properties 'AUTH' not allowed"],
  [
    'no login, by an extra variable',
    { extraEnv: [{ name: 'AUTH', value: 'none' }] },
    'crashStats.extraEnv sets AUTH, which the chart sets',
  ],
  [
    'the secret of the proxy as a setting',
    { settings: { AUTH_PROXY_SECRET: 'x' } },
    "'AUTH_PROXY_SECRET' not allowed",
  ],
  [
    'no secret of the proxy',
    { auth: { proxySecret: { existingSecret: '' } } },
    'set crashStats.auth.proxySecret.existingSecret',
  ],
  ['a proxy at any address', { auth: { networks: [] } }, 'set crashStats.auth.networks'],
  [
    'an address without a length',
    { auth: { networks: ['10.0.0.1'] } },
    "at '/crashStats/auth/networks/0'",
  ],
  [
    'two groups in one string',
    { auth: { viewerGroups: ['a,b'] } },
    "at '/crashStats/auth/viewerGroups/0'",
  ],
  [
    'nobody who may see anything',
    { auth: { viewerGroups: [], protectedGroups: [], operatorGroups: [] } },
    'crashStats.enabled=true shows nobody anything without a group',
  ],
  [
    'a grace period that is too short',
    { terminationGracePeriodSeconds: 20 },
    'crashStats.terminationGracePeriodSeconds is 20; the minimum is 25',
  ],
];

withHelm('the chart refuses Crash Stats with', () => {
  it.each(refused)('%s', (_title, crashStats, message) => {
    expect(refusalOf(merged(example, { crashStats }))).toContain(message);
  });

  it('a user and a signature for OpenSearch', () => {
    const refusal = refusalOf(merged(example, { crashIndex: { awsRegion: 'eu-west-1' } }));
    expect(refusal).toContain('crashIndex has both existingSecret and awsRegion');
  });

  it('a log that leaves out the audit lines', () => {
    const refusal = refusalOf(merged(example, { logging: { level: 'warn' } }));
    expect(refusal).toContain('logging.level=warn would omit who looked at protected data');
  });

  it.each([
    ['no index', '', 'crashStats.enabled=true needs OpenSearch'],
    ['an SQLite index', '/var/crashes.sqlite', "at '/crashIndex/url'"],
    ['a password in a URL', 'https://user:password@opensearch', "at '/crashIndex/url'"],
  ])('%s', (_title, url, message) => {
    expect(refusalOf(merged(example, { crashIndex: { url } }))).toContain(message);
  });
});
