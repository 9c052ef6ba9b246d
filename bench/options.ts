import { resolve } from 'node:path';
import { parseArgs } from 'node:util';

import { fullPlan, type Plan, quickPlan } from './plan.js';

export interface Options {
  readonly plan: Plan;
  /** The parent of everything that is written while measuring. */
  readonly directory: string;
  readonly jsonFile: string | undefined;
  /** Profile ingest instead of measuring. */
  readonly profile: boolean;
}

export const usage = `Measures ingest, crashmover and the standalone beside a bare server that only stores what it receives.

Usage: npm run bench -- [options]

  --quick      less than two minutes, fewer cells and runs (default: seven minutes)
  --dir DIR    write the reports below this folder, which must be on a disk; some 15 GB must be free
               (default: ./data)
  --json FILE  write all figures to a file as well
  --profile    show in which parts and functions ingest spends its time instead
  --help       show this
`;

/**
 * @returns undefined when help was asked for.
 * @throws TypeError when an option is unknown or lacks its value.
 */
export function parseOptions(args: readonly string[]): Options | undefined {
  const { values } = parseArgs({
    args: [...args],
    options: {
      quick: { type: 'boolean', default: false },
      dir: { type: 'string', default: 'data' },
      json: { type: 'string' },
      profile: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return undefined;
  return {
    plan: values.quick ? quickPlan : fullPlan,
    directory: resolve(values.dir),
    jsonFile: values.json,
    profile: values.profile,
  };
}
