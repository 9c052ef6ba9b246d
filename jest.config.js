import { project } from './jest.project.js';

/** `npm test`. Specs beside the code run on the TypeScript sources; those under test/ run what was built. */
export default {
  projects: [
    project('unit', ['<rootDir>/{apps,libs,bench,systemtest,tools}/**/*.spec.ts']),
    project('e2e', ['<rootDir>/test/**/*.e2e-spec.ts']),
  ],
  // Most suites wait for processes and sockets: by default one processor would be left idle.
  maxWorkers: '100%',
  testTimeout: 30_000,
};
