import { writeFile } from 'node:fs/promises';
import { BlobStoreError } from '#antenna/blob-store';
import { type AnnotationPath, isCrashId, valueAt } from '#antenna/crash-report';
import type { ProcessedCrash } from '#antenna/processed-crash';
import type { CrashDump, StoredCrash, StoredCrashes } from '#antenna/stored-crashes';
import type { Command } from 'commander';
import { type CliContext, print, printLine } from '../cli-context.js';
import { systemCode } from '#antenna/errors';
import { CliError } from '../cli-error.js';
import { type CrashLocations, withCrashLocations } from '../stored/location.js';
import { openCrashStore, storeLocation } from '../stored/crash-store.js';
import { formatBytes, formatTable } from '../human-units.js';
import { annotationPath } from '../option-values.js';
import { findProcessed } from '../processed/find-processed.js';
import { notProcessed } from '../processed/not-processed.js';
import { stackText } from '../processed/stack-text.js';
import { inOneLine } from '../terminal-safe.js';

interface ShowOptions {
  readonly dataDir: string;
  readonly stored?: string;
  readonly json?: true;
  readonly threads?: true;
  readonly dump?: string;
  readonly output?: string;
  readonly annotation?: AnnotationPath;
}

/** `antenna show`: prints the stack and the annotations of a stored crash and verifies its dumps, or extracts a dump. */
export function addShowCommand(program: Command, context: CliContext): void {
  program
    .command('show')
    .description(
      'Print a stored crash with its stack and verify its dumps, or extract one of them.',
    )
    .argument('<crash id>', 'with or without the prefix "bp-"')
    .option('--data-dir <path>', 'data directory of the services', context.dataDirectory)
    .option('--stored <location>', `store to look in instead: ${storeLocation}`)
    .option('--threads', 'print the stacks of all threads, whole')
    .option('--json', 'print one JSON document, with all of the processed crash')
    .option('--dump <name>', 'dump to extract; requires --output')
    .option('--output <file>', 'file to write the dump to; - is standard output')
    .option(
      '--annotation <name>',
      'print only this annotation, or a value in it: NAME#/json/pointer',
      annotationPath,
    )
    .addHelpText(
      'after',
      `
Examples:
  $ antenna show bp-de1bb258-cbbf-4589-a673-34f800160918
  $ antenna show de1bb258-cbbf-4589-a673-34f800160918 --annotation TelemetryEnvironment#/build
  $ antenna show de1bb258-cbbf-4589-a673-34f800160918 \\
      --dump upload_file_minidump --output crash.dmp
  $ antenna show de1bb258-cbbf-4589-a673-34f800160918 --stored s3://crashes

The exit code is 1 when the crash or the annotation does not exist, or a dump is missing or damaged.`,
    )
    .action(async (text: string, options: ShowOptions) => {
      if ((options.dump === undefined) !== (options.output === undefined))
        throw new CliError('--dump and --output must be given together');
      if (options.annotation !== undefined && options.dump !== undefined)
        throw new CliError('--annotation and --dump cannot be given together');
      const crashId = text.trim().replace(/^bp-/, '');
      if (!isCrashId(crashId)) throw new CliError(`not a crash id: ${JSON.stringify(crashId)}`);
      const show = async ({ crashes, crash }: FoundCrash): Promise<void> => {
        if (options.annotation !== undefined) {
          await showAnnotation(context, crash, { path: options.annotation, json: options.json });
          return;
        }
        await (options.dump === undefined || options.output === undefined
          ? showCrash(context, crash, await findProcessed(crashes, crashId), options)
          : extractDump(context, crash, { name: options.dump, output: options.output }));
      };
      await (options.stored === undefined
        ? withCrashLocations(options.dataDir, context, async (locations) => {
            await show(await findCrash(locations, crashId));
          })
        : show(await findIn(options.stored, crashId, context)));
    });
}

interface FoundCrash {
  readonly crashes: StoredCrashes;
  readonly crash: StoredCrash;
}

async function findIn(location: string, crashId: string, context: CliContext): Promise<FoundCrash> {
  const crashes = await openCrashStore(location, context);
  const crash = await crashes.find(crashId);
  if (crash === undefined) throw new CliError(`no crash ${crashId} in ${crashes.location}`);
  return { crashes, crash };
}

async function findCrash(locations: CrashLocations, crashId: string): Promise<FoundCrash> {
  const { crashes, name } = locations;
  const crash = await crashes?.find(crashId);
  if (crashes !== undefined && crash !== undefined) return { crashes, crash };
  // Who may read crashes need not be allowed to list staging.
  const where = await locations.locationOf(crashId).catch((error: unknown) => {
    if (error instanceof BlobStoreError) return error.message;
    throw error;
  });
  throw new CliError(`no crash ${crashId} in ${name}; ${where}`);
}

async function showAnnotation(
  { stdout }: CliContext,
  { crashId, rawCrash }: StoredCrash,
  { path, json }: { path: AnnotationPath; json: true | undefined },
): Promise<void> {
  const value = valueAt(rawCrash, path);
  if (value === undefined)
    throw new CliError(`crash ${crashId} has no annotation ${inOneLine(path.source)}`);
  const isPlain = typeof value === 'string' && json !== true;
  await printLine(stdout, isPlain ? value : JSON.stringify(value, null, 2));
}

async function showCrash(
  { stdout }: CliContext,
  crash: StoredCrash,
  processed: ProcessedCrash | undefined,
  options: ShowOptions,
): Promise<void> {
  const dumps: CrashDump[] = [];
  for (const name of crash.dumpNames) dumps.push((await crash.readDump(name)).dump);
  const { crashId, rawCrash } = crash;
  if (options.json === true) {
    await printLine(
      stdout,
      JSON.stringify({ crashId, processed: processed ?? null, rawCrash, dumps }, null, 2),
    );
  } else {
    const threads = options.threads === true ? 'all' : 'crashed';
    await print(stdout, processed ? stackText(processed, threads) : notProcessed(crashId));
    await printLine(stdout, JSON.stringify(rawCrash, null, 2));
    await print(stdout, dumps.length === 0 ? 'no dumps\n' : formatTable(dumps.map(asRow)));
  }
  const bad = dumps.filter(({ state }) => state === 'damaged' || state === 'missing');
  if (bad.length > 0)
    throw new CliError(bad.map(({ name, state }) => `dump ${name} is ${state}`).join('; '));
}

function asRow({ name, size, state, checksum, problem }: CrashDump): string[] {
  return [
    name,
    size === undefined ? '-' : formatBytes(size),
    checksum === undefined ? 'no checksum' : `${checksum.algorithm} ${checksum.hex}`,
    problem === undefined ? state : `${state}, ${problem.replaceAll('_', ' ')}`,
  ];
}

async function extractDump(
  { stdout }: CliContext,
  crash: StoredCrash,
  { name, output }: { name: string; output: string },
): Promise<void> {
  if (!crash.dumpNames.includes(name)) {
    const names = crash.dumpNames.length === 0 ? 'none' : crash.dumpNames.join(', ');
    throw new CliError(`crash ${crash.crashId} has no dump "${name}"; its dumps: ${names}`);
  }
  const { dump, bytes } = await crash.readDump(name);
  if (bytes === undefined) throw new CliError(`dump ${name} is missing: no object ${dump.key}`);
  if (output === '-') {
    await print(stdout, bytes);
  } else {
    await writeFile(output, bytes).catch((error: unknown) => {
      throw new CliError(`cannot write ${output}: ${systemCode(error)}`, 1, { cause: error });
    });
  }
  if (dump.state === 'damaged')
    throw new CliError(`dump ${name} does not match its checksum in the raw crash`);
}
