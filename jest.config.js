/** Specs beside the code run on the TypeScript sources; those under test/ run what was built, as processes. */
const project = (displayName, testMatch) => ({
  displayName,
  testMatch,
  testEnvironment: 'node',
  extensionsToTreatAsEsm: ['.ts'],
  transform: { '^.+\\.ts$': ['@swc/jest'] },
  modulePathIgnorePatterns: ['<rootDir>/dist/'],
  moduleNameMapper: {
    '^#antenna/(.*)$': '<rootDir>/libs/$1/src/index.ts',
    '^(\\.{1,2}/.*)\\.js$': '$1',
  },
});

export default {
  projects: [
    project('unit', ['<rootDir>/{apps,libs,bench}/**/*.spec.ts']),
    project('e2e', ['<rootDir>/test/**/*.e2e-spec.ts']),
    project('faults', ['<rootDir>/test/faults/**/*.faults-spec.ts']),
  ],
  testTimeout: 30_000,
};
