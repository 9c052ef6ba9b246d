import { statfs } from 'node:fs/promises';
import type { CliContext } from '../cli-context.js';
import { CliError } from '../cli-error.js';
import { formatAge } from '../human-units.js';
import { spooledEnvelopes } from '../spool/spooled-envelopes.js';
import { dataDirectoryAt, isDirectory } from '../stored/data-directory.js';
import { withQueues } from '../stored/open-queues.js';
import { type Check, failure, type Finding, ok, skipped, warning } from './check.js';
import { depthFinding } from './queue-checks.js';

const GiB = 1024 ** 3;
/** The default of SPOOL_MIN_FREE: ingest refuses reports below it. */
const minFreeBytes = GiB / 4;
/** An envelope is shipped within seconds. */
const oldEnvelopeMs = 300_000;

/** The queues of `npm start`, by their names in the directory. */
const queues = [
  { id: 'intake', name: 'intake' },
  { id: 'processing', name: 'processing' },
  { id: 'dead-letters', name: 'intake-dead-letter' },
  { id: 'processing-dead-letters', name: 'processing-dead-letter' },
] as const;

/** Checks the data directory of `npm start`, which may run at the same time. */
export function directoryChecks(path: string, { environment, now }: CliContext): Check[] {
  return [
    {
      name: 'data.exists',
      async run() {
        const { root, ...folders } = await dataDirectoryAt(path);
        for (const folder of [
          folders.crashes,
          folders.staging,
          folders.queues,
          folders.envelopes,
        ]) {
          if (!(await isDirectory(folder)))
            return failure(`${folder} does not exist`, 'npm start creates it');
        }
        return ok(root);
      },
    },
    {
      name: 'data.space',
      async run() {
        const { root } = await dataDirectoryAt(path);
        const { bavail, bsize } = await statfs(root);
        const free = bavail * bsize;
        const message = `${(free / GiB).toFixed(1)} GiB free`;
        if (free >= GiB) return ok(message);
        const fix = 'make room, or set RETENTION';
        return free < minFreeBytes ? failure(message, fix) : warning(message, fix);
      },
    },
    {
      name: 'data.retention',
      async run() {
        const { RETENTION: days = '' } = environment;
        if (!/^\d*$/.test(days))
          return failure(`RETENTION=${days} is no number of days`, 'RETENTION=30 npm start');
        if (!['', '0'].includes(days)) return ok(`crashes are removed after ${days} days`);
        return warning(
          'RETENTION is not set here; without it, crashes are kept for ever',
          'RETENTION=30 npm start',
        );
      },
    },
    {
      name: 'spool.age',
      run: whereItExists(async () => {
        const { envelopes } = await dataDirectoryAt(path);
        const [oldest] = await spooledEnvelopes(envelopes);
        if (!oldest) return ok('the spool is empty');
        const age = now().getTime() - oldest.receivedAt.getTime();
        const message = `the oldest report has waited for ${formatAge(age)}`;
        return age < oldEnvelopeMs
          ? ok(message)
          : failure(message, 'does ingest run? see docs/operations.md, "The spool grows"');
      }),
    },
    ...queues.map(({ id, name }) => ({
      name: `${id}.depth`,
      run: whereItExists(
        async () =>
          await withQueues(path, async (opened) =>
            depthFinding(id, await opened.queue(name).depth()),
          ),
      ),
    })),
  ];
}

/** `data.exists` reports what is missing. */
function whereItExists(run: () => Promise<Finding>): () => Promise<Finding> {
  return async () => {
    try {
      return await run();
    } catch (error) {
      if (error instanceof CliError) return skipped(error.message);
      throw error;
    }
  };
}
