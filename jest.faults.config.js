import { project } from './jest.project.js';

/** `npm run test:faults`: processes are killed, disks fill, services go away; bounded to minutes. */
export default {
  projects: [project('faults', ['<rootDir>/test/faults/**/*.faults-spec.ts'])],
  testTimeout: 300_000,
};
