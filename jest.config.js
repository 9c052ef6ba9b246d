import { spawnSync } from 'node:child_process';
import vm from 'node:vm';

// Jest runs native ES modules only under this flag of Node. Started without it, by `npx jest` or an editor, it restarts.
if (vm.SourceTextModule === undefined) {
  const flags = ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning'];
  const jest = [...flags, ...process.execArgv, ...process.argv.slice(1)];
  process.exit(spawnSync(process.execPath, jest, { stdio: 'inherit' }).status ?? 1);
}

const project = (displayName, pattern) => ({
  displayName,
  testMatch: [`<rootDir>/${pattern}`],
  testEnvironment: 'node',
  extensionsToTreatAsEsm: ['.ts'],
  transform: { '^.+\\.ts$': ['@swc/jest'] },
  modulePathIgnorePatterns: ['<rootDir>/dist/'],
  moduleNameMapper: {
    '^#antenna/(.*)$': '<rootDir>/libs/$1/src/index.ts',
    '^(\\.{1,2}/.*)\\.js$': '$1',
  },
});

/** By project, for those that need more than 60 s. Jest ignores a project's own `testTimeout`, so it is set for the run. */
const timeouts = {
  faults: 900_000,
  chart: 120_000,
  cluster: 900_000,
  fuzz: 43_200_000,
};

/**
 * Specs beside the code run on the TypeScript sources; those below test/ run what `npm run build` built.
 * `npm test` runs the first two projects, the other commands of package.json one each.
 */
export default {
  projects: [
    project('unit', '{apps,libs,bench,systemtest,tools}/**/*.spec.ts'),
    project('e2e', 'test/**/*.e2e-spec.ts'),
    project('faults', 'test/faults/**/*.faults-spec.ts'),
    project('fuzz', 'test/fuzz/**/*.fuzz-spec.ts'),
    project('page', 'test/page/**/*.page-spec.ts'),
    project('chart', 'test/chart/**/*.chart-spec.ts'),
    project('cluster', 'test/cluster/**/*.cluster-spec.ts'),
  ],
  testTimeout: Math.max(60_000, ...process.argv.map((argument) => timeouts[argument] ?? 0)),
};
