import { isCrashId } from '#antenna/crash-report';
import type { ModuleId } from '#antenna/symbols';
import { type Command, InvalidArgumentError } from 'commander';
import type { CliContext } from '../cli-context.js';
import { CliError } from '../cli-error.js';
import { storeLocation } from '../stored/crash-store.js';
import { type StoreOptions, withStoredCrashes } from '../stored/with-stored-crashes.js';
import { addSymbols } from '../symbols/add-symbols.js';
import { checkModules } from '../symbols/check-modules.js';
import { modulesOnStacks, readMinidumpFile, readMinidumps } from '../symbols/modules-on-stacks.js';
import { listSymbols } from '../symbols/list-symbols.js';
import { type PlaceOptions, symbolPlaces, withSymbolStore } from '../symbols/symbol-places.js';

interface Options extends PlaceOptions {
  readonly json?: true;
}

interface CheckOptions extends Options, StoreOptions {
  readonly module?: readonly ModuleId[];
}

const places = `
Without --location, the places of SYMBOLS are used (add and ls: the first that is no server), else the folder symbols
in the data directory. Other settings: AWS_REGION, S3_ENDPOINT, SYMBOL_MAX_BYTES, SYMBOL_TIMEOUT.`;

/** `antenna symbols`: the symbol files with which the processor names functions. */
export function addSymbolsCommand(program: Command, context: CliContext): void {
  const symbols = program
    .command('symbols')
    .description('Add, list and check symbol files, which give stacks the names of functions.');
  const addSubcommand = (name: string, description: string, examples: string): Command =>
    symbols
      .command(name)
      .description(description)
      .option(
        '--location <place>',
        'directory or s3://bucket[/prefix]; check: also https://host/path',
      )
      .option('--data-dir <path>', 'data directory of the services', context.dataDirectory)
      .option('--json', 'print one JSON document')
      .addHelpText('after', `\nExamples:\n${examples}\n${places}`);

  addSubcommand(
    'add <paths...>',
    'Add Breakpad symbol files (dump_syms makes them), plain or gzip, and those below directories.',
    `  $ antenna symbols add build/libapp.so.sym
  $ antenna symbols add build/symbols --location s3://our-symbols/app`,
  ).action(async (paths: string[], { json, ...options }: Options) => {
    const found = await symbolPlaces(options, context);
    const { maxBytes, timeoutMs } = found.config;
    const choice = { maxBytes, timeoutMs, json: json === true };
    await withSymbolStore(found, (store) => addSymbols(paths, store, choice, context));
  });

  addSubcommand(
    'ls',
    'List the modules with symbols: debug file, debug id, system, processor, size, time. Reads the start of each file.',
    '  $ antenna symbols ls --location s3://our-symbols/app',
  ).action(async ({ json, ...options }: Options) => {
    const found = await symbolPlaces(options, context);
    const choice = { timeoutMs: found.config.timeoutMs, json: json === true };
    await withSymbolStore(found, (store) => listSymbols(store, choice, context));
  });

  addSubcommand(
    'check',
    'Say which places have the symbols of the modules on the stacks of a crash. Exit code 1 if one has none.',
    `  $ antenna symbols check de1bb258-cbbf-4589-a673-34f800160918
  $ antenna symbols check crash.dmp --location https://symbols.mozilla.org
  $ antenna symbols check --module xul.pdb/44E4EC8C2F41492B9369D6B9A059577C2`,
  )
    .argument('[crash]', 'crash id, or a file that is a minidump')
    .option('--stored <location>', `store of the crash: ${storeLocation}`)
    .option('--module <file/id>', 'debug file and debug id; repeatable', collectModules)
    .action(async (crash: string | undefined, { json, module = [], ...options }: CheckOptions) => {
      const found = await symbolPlaces(options, context);
      const choice = { json: json === true };
      if (crash === undefined && module.length === 0)
        throw new CliError('name a crash id, a minidump, or a module with --module FILE/ID');
      const onStacks =
        crash === undefined
          ? []
          : await modulesOnStacks(await minidumpsOf(crash, options, context), found, context);
      await checkModules([...onStacks, ...module], found, choice, context);
    });
}

async function minidumpsOf(
  crash: string,
  options: StoreOptions,
  context: CliContext,
): Promise<readonly Buffer[]> {
  const crashId = crash.replace(/^bp-/, '');
  if (!isCrashId(crashId)) return [await readMinidumpFile(crash)];
  return await withStoredCrashes(options, context, (crashes) => readMinidumps(crashes, crashId));
}

/** `xul.pdb/44E4…2`, also with `/xul.sym` behind it. */
function collectModules(text: string, before: readonly ModuleId[] = []): readonly ModuleId[] {
  const [debugFile = '', debugId = ''] = text.split('/');
  if (debugFile === '' || debugId === '') throw new InvalidArgumentError('Must be FILE/ID.');
  return [...before, { debugFile, debugId }];
}
