/** The dependency rules of docs/architecture.md, checked by `npm run lint`. */
const pureLibs =
  '^libs/(crash-report|errors|linear-pattern|memory|multipart|nearest-word|signature|throttle|time|yaml-document)/';

/**
 * The floors of each source folder, from the top down: a floor imports only from the floors below it. A floor is
 * a folder, or a file beside the folders. Files that are not listed are above all floors, folders must be listed.
 */
const floors = {
  'apps/crashmover/src': [
    'retention',
    'intake',
    'dead-letter',
    'publish',
    'save',
    'move-error.ts',
    'dependencies.ts',
    'crashmover.config.ts',
  ],
  'apps/crash-stats/src': [
    'pages',
    'api',
    'search',
    'crash',
    'statistics',
    'layout',
    'http',
    'access',
    'dependencies.ts',
    'crash-stats.config.ts',
  ],
  'apps/ingest/src': [
    'startup-gate',
    'shipping',
    'report',
    'connection',
    'outcome',
    'throttle',
    'spool',
    'ingest.config.ts',
    'listen.config.ts',
  ],
  'apps/processor/src': [
    'consume',
    'process',
    'dead-letter',
    'process-error.ts',
    'dependencies.ts',
    'processor.config.ts',
  ],
  'apps/throttle-config/src': [
    'page',
    'feedback',
    'api',
    'source',
    'admission',
    'history',
    'kubernetes',
    'ruleset',
    'rules-service.config.ts',
  ],
  'libs/throttle/src': ['words', 'ruleset', 'language', 'annotations', 'document'],
};

const escaped = (text) => text.replaceAll('.', '\\.');
const anyOf = (names) => `(${names.map(escaped).join('|')})(/|$)`;

const floorRules = Object.entries(floors).flatMap(([source, names]) => [
  {
    name: `${source}: each folder is a floor`,
    comment: 'add the folder to the floors in .dependency-cruiser.cjs',
    severity: 'error',
    from: { path: `^${source}/[^/]+/`, pathNot: `^${source}/${anyOf(names)}` },
    to: {},
  },
  names.map((name, floor) => ({
    name: `${source}: ${name} imports from the floors below it`,
    comment: `floors from the top down: ${names.join(', ')}`,
    severity: 'error',
    from: { path: `^${source}/${anyOf([name])}` },
    to: { path: `^${source}/`, pathNot: `^${source}/${anyOf(names.slice(floor))}` },
  })),
]);

module.exports = {
  forbidden: [
    ...floorRules.flat(),
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    { name: 'not-resolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
    {
      name: 'pure-libs-know-no-framework',
      comment: 'these libs are plain functions over values',
      severity: 'error',
      from: { path: pureLibs, pathNot: '\\.spec\\.ts$' },
      to: {
        path: '(^|/)(@nestjs|fastify|@aws-sdk|@kubernetes|@opentelemetry|pino)(/|$)|^(node:)?(fs|net|http|https|child_process|worker_threads|dgram|tls)(/|$)',
      },
    },
    {
      name: 'pure-libs-import-only-pure-libs',
      severity: 'error',
      from: { path: pureLibs, pathNot: '\\.spec\\.ts$' },
      to: { path: '^libs/', pathNot: pureLibs },
    },
    {
      name: 'apps-import-no-other-app',
      comment:
        'standalone composes the services; nobody else may, except that `antenna spool ship` is ingest without requests',
      severity: 'error',
      from: {
        path: '^apps/([^/]+)/',
        pathNot: '^apps/(standalone/|cli/src/spool/ship-spool\\.ts$)',
      },
      to: { path: '^apps/', pathNot: '^apps/$1/' },
    },
    {
      name: 'cli-imports-no-service-but-ingest',
      severity: 'error',
      from: { path: '^apps/cli/src/spool/ship-spool\\.ts$' },
      to: { path: '^apps/', pathNot: '^apps/(cli/|ingest/src/index\\.ts$)' },
    },
    {
      name: 'standalone-imports-service-modules-only',
      severity: 'error',
      from: { path: '^apps/standalone/' },
      to: {
        path: '^apps/',
        pathNot:
          '^apps/(standalone/|(ingest|crashmover|throttle-config|processor|crash-stats)/src/index\\.ts$)',
      },
    },
    {
      name: 'libs-never-import-apps',
      severity: 'error',
      from: { path: '^libs/' },
      to: { path: '^apps/' },
    },
    {
      name: 'testing-only-from-tests-and-bench',
      severity: 'error',
      from: {
        path: '^(apps|libs)/',
        pathNot: '(\\.spec\\.ts|-spec\\.ts|\\.contract\\.ts|/test/.*)$|^libs/testing/',
      },
      to: { path: '^libs/testing/' },
    },
    {
      name: 'libs-by-their-public-entry',
      severity: 'error',
      from: { path: '^(apps|bench|systemtest|test)/' },
      to: { path: '^libs/[^/]+/', pathNot: '^libs/[^/]+/src/index\\.ts$' },
    },
    {
      name: 'libs-by-their-public-entry-from-libs',
      severity: 'error',
      from: { path: '^libs/([^/]+)/' },
      to: { path: '^libs/[^/]+/', pathNot: '^libs/([^/]+/src/index\\.ts$|$1/)' },
    },
  ],
  options: {
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^dist/' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
    },
  },
};
