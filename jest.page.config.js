import { project } from './jest.project.js';

/** `npm run test:page`: the page of throttle-config in a real browser; skipped where there is none. */
export default {
  projects: [project('page', ['<rootDir>/test/page/**/*.page-spec.ts'])],
  testTimeout: 60_000,
};
