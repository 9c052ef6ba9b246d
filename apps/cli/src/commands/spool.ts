import type { Command } from 'commander';
import { type CliContext, print, printLine } from '../cli-context.js';
import { dataDirectoryAt } from '../stored/data-directory.js';
import { type SpooledEnvelope, spooledEnvelopes } from '../stored/spooled-envelopes.js';
import { formatAge, formatBytes, formatTable } from '../human-units.js';

/** `antenna spool ls`: lists what ingest has acknowledged but not yet shipped. */
export function addSpoolCommand(program: Command, context: CliContext): void {
  const spool = program
    .command('spool')
    .description('List the reports that ingest has acknowledged but not yet shipped.');
  spool
    .command('ls')
    .description('List the waiting reports, oldest first: crash id, size, age, verdict.')
    .option('--data-dir <path>', 'data directory of the services', context.dataDirectory)
    .option('--json', 'print one JSON array')
    .addHelpText('after', '\nExample:\n  $ npm run -s antenna -- spool ls --data-dir ./data')
    .action(async ({ dataDir, json }: { dataDir: string; json?: true }) => {
      const { envelopes: directory } = await dataDirectoryAt(dataDir);
      const envelopes = await spooledEnvelopes(directory);
      if (json === true) {
        await printLine(context.stdout, JSON.stringify(envelopes, null, 2));
      } else if (envelopes.length === 0) {
        await printLine(context.stderr, 'the spool is empty');
      } else {
        const rows = envelopes.map((envelope) => asRow(envelope, context.now()));
        await print(context.stdout, formatTable(rows, { right: [1, 2] }));
      }
    });
}

function asRow(
  { crashId, size, receivedAt, verdict, fault }: SpooledEnvelope,
  now: Date,
): string[] {
  return [
    crashId,
    formatBytes(size),
    formatAge(now.getTime() - receivedAt.getTime()),
    fault === undefined ? verdict : `${verdict}: ${fault}`,
  ];
}
