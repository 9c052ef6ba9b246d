import type { BlobInfo } from '#antenna/blob-store';
import { stagedBatchFolder } from '#antenna/crash-report';
import type { Command } from 'commander';
import { type CliContext, print, printLine } from '../cli-context.js';
import { formatAge, formatBytes, formatTable } from '../human-units.js';
import { parseAge } from '../option-values.js';
import { withBackend } from '../stored/open-backend.js';

interface StagingOptions {
  readonly dataDir: string;
  readonly olderThan: number;
  readonly json?: true;
}

/** Where envelopes are staged, alone and in batches (docs/architecture.md, "Messages"). */
const prefixes = ['v1/envelope/', stagedBatchFolder];

/** `antenna staging ls`: lists what ingest has shipped and crashmover has not finished. */
export function addStagingCommand(program: Command, context: CliContext): void {
  program
    .command('staging')
    .description('List the reports that wait in the staging store.')
    .command('ls')
    .description(
      'List staged envelopes, oldest first: crash id, size, age. A batch has its first crash id and a suffix.',
    )
    .option('--older-than <age>', 'only those that were staged at least this long ago', parseAge, 0)
    .option('--data-dir <path>', 'data directory of the services', context.dataDirectory)
    .option('--json', 'print one JSON array')
    .addHelpText('after', '\nExample:\n  $ antenna staging ls --older-than 1h')
    .action((options: StagingOptions) =>
      withBackend(options.dataDir, context, async ({ staging }) => {
        const envelopes: BlobInfo[] = [];
        for (const prefix of prefixes) {
          for await (const blob of staging.list(prefix))
            if (ageOf(blob, context) >= options.olderThan) envelopes.push(blob);
        }
        envelopes.sort((a, b) => a.modifiedAt.getTime() - b.modifiedAt.getTime());
        await (options.json === true
          ? printLine(context.stdout, JSON.stringify(envelopes.map(jsonOf), null, 2))
          : printTable(envelopes, context));
      }),
    );
}

async function printTable(envelopes: readonly BlobInfo[], context: CliContext): Promise<void> {
  const rows = envelopes.map((blob) => [
    crashIdOf(blob),
    formatBytes(blob.size),
    formatAge(ageOf(blob, context)),
  ]);
  await print(context.stdout, formatTable(rows, { right: [1, 2] }));
  const bytes = envelopes.reduce((sum, { size }) => sum + size, 0);
  const count = envelopes.length === 1 ? '1 envelope' : `${envelopes.length} envelopes`;
  await printLine(
    context.stderr,
    envelopes.length === 0 ? 'nothing staged' : `${count}, ${formatBytes(bytes)}`,
  );
}

function jsonOf(blob: BlobInfo): object {
  const { key, size, modifiedAt } = blob;
  return { crashId: crashIdOf(blob), key, size, stagedAt: modifiedAt.toISOString() };
}

function crashIdOf({ key }: BlobInfo): string {
  return key.slice(key.lastIndexOf('/') + 1);
}

/** At least 0: the store's clock can be ahead of the local clock. */
function ageOf({ modifiedAt }: BlobInfo, { now }: CliContext): number {
  return Math.max(0, now().getTime() - modifiedAt.getTime());
}
