/** What every kind of spec shares: TypeScript by swc, native ES modules, libs by their alias. */
export function project(displayName, testMatch) {
  return {
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
  };
}
