import { project } from './jest.project.js';

/** `npm run test:chart`: what the chart renders, with real helm and kubectl, and services started with it. */
export default {
  projects: [project('chart', ['<rootDir>/test/chart/**/*.chart-spec.ts'])],
  testTimeout: 120_000,
};
