import { join } from 'node:path';
import type { Command } from 'commander';
import { type CliContext, print, printLine } from '../cli-context.js';
import { CliError } from '../cli-error.js';
import { type SpoolOptions, spoolDirectoryAt } from '../spool/spool-directory.js';
import { type SpooledEnvelope, spooledEnvelopes } from '../spool/spooled-envelopes.js';
import { formatAge, formatBytes, formatTable } from '../human-units.js';

const shipHelp = `
Examples:
  $ antenna spool ship --spool-dir /mnt/spool
  $ BACKEND=aws STAGING_BUCKET=antenna-staging antenna spool ship --spool-dir ./copied-spool --json

It uses ingest's settings from the environment, such as BACKEND, STAGING_BUCKET and INTAKE_QUEUE, and tries again until
the spool is empty. The exit code is 1 when an ingest uses the spool or a report was damaged, 130 after Ctrl-C; what is
left stays in the spool, and the command can be run again.`;

/** `antenna spool`: what ingest has acknowledged but not yet shipped. */
export function addSpoolCommand(program: Command, context: CliContext): void {
  const spool = program
    .command('spool')
    .description('List or ship the reports that ingest has acknowledged but not yet shipped.');
  const addSubcommand = (name: string, description: string): Command =>
    spool
      .command(name)
      .description(description)
      .option('--spool-dir <path>', "ingest's SPOOL_DIR (default: SPOOL_DIR of the environment)")
      .option('--data-dir <path>', 'data directory of the services, if they share one');

  addSubcommand('ls', 'List the waiting reports, oldest first: crash id, size, age, verdict.')
    .option('--json', 'print one JSON array')
    .addHelpText('after', '\nExample:\n  $ antenna spool ls --spool-dir /var/spool/antenna')
    .action(async (options: SpoolOptions & { json?: true }) => {
      const directory = await spoolDirectoryAt(options, context);
      await list(await spooledEnvelopes(join(directory, 'envelopes')), options, context);
    });

  addSubcommand('ship', 'Ship the waiting reports as ingest does, and end when there are none.')
    .option('--json', 'print one JSON document')
    .addHelpText('after', shipHelp)
    .action(async (options: SpoolOptions & { json?: true }) => {
      const directory = await spoolDirectoryAt(options, context);
      // Loads ingest: other commands start faster.
      const { shipSpool } = await import('../spool/ship-spool.js');
      const dataPath = options.dataDir ?? context.dataDirectory;
      const result = await shipSpool(directory, dataPath, context);
      const line = options.json === true ? JSON.stringify(result) : `shipped ${result.shipped}`;
      await printLine(context.stdout, line);
      if (result.left > 0) throw new CliError(`${result.left} are left in ${directory}`, 130);
      if (result.damaged > 0)
        throw new CliError(`moved ${result.damaged} to ${join(directory, 'damaged')}`);
    });
}

async function list(
  envelopes: readonly SpooledEnvelope[],
  { json }: { json?: true },
  context: CliContext,
): Promise<void> {
  if (json === true) {
    await printLine(context.stdout, JSON.stringify(envelopes, null, 2));
  } else if (envelopes.length === 0) {
    await printLine(context.stderr, 'the spool is empty');
  } else {
    const rows = envelopes.map((envelope) => asRow(envelope, context.now()));
    await print(context.stdout, formatTable(rows, { right: [1, 2] }));
  }
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
