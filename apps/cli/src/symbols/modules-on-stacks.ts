import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isMinidumpName } from '#antenna/crash-report';
import { errorMessage, systemCode } from '#antenna/errors';
import type { StoredCrashes } from '#antenna/stored-crashes';
import type { ModuleId } from '#antenna/symbols';
import type { CliContext } from '../cli-context.js';
import { CliError } from '../cli-error.js';
import type { SymbolPlaces } from './symbol-places.js';

/** @throws CliError */
export async function readMinidumps(crashes: StoredCrashes, crashId: string): Promise<Buffer[]> {
  const crash = await crashes.find(crashId);
  if (!crash) throw new CliError(`no crash ${crashId} in ${crashes.location}`);
  const names = crash.dumpNames.filter(isMinidumpName);
  const dumps = await Promise.all(names.map(async (name) => (await crash.readDump(name)).bytes));
  const found = dumps.filter((bytes) => bytes !== undefined);
  if (found.length === 0) throw new CliError(`crash ${crashId} has no minidump`);
  return found;
}

/** @throws CliError */
export async function readMinidumpFile(path: string): Promise<Buffer> {
  try {
    return await readFile(path);
  } catch (error) {
    const problem = `${path} is no crash id and cannot be read: ${systemCode(error) ?? errorMessage(error)}`;
    throw new CliError(problem, 1, { cause: error });
  }
}

/**
 * The modules on the stacks, walked as the processor does: with the symbols that the places have.
 * @throws CliError
 */
export async function modulesOnStacks(
  dumps: readonly Buffer[],
  { config, s3 }: SymbolPlaces,
  { environment, stderr, interrupted }: CliContext,
): Promise<readonly ModuleId[]> {
  const { StackWalkError, StackWalkers } = await import('#antenna/stack-walker');
  const { Symbols } = await import('#antenna/symbols');
  const { createLogger, Metrics } = await import('#antenna/telemetry');
  const logger = createLogger({
    name: 'symbols',
    level: 'error',
    format: 'pretty',
    destination: stderr,
  });
  // The default directory is for services, and cannot be written everywhere.
  const isKept = (environment['SYMBOL_CACHE_DIR'] ?? '') !== '';
  const temporary = isKept ? undefined : await mkdtemp(join(tmpdir(), 'antenna-symbols-'));
  if (temporary !== undefined) config.cacheDirectory = temporary;
  const symbols = await Symbols.open(config, { s3, logger, metrics: new Metrics({ logger }) });
  const walkers = new StackWalkers();
  const modules = new Map<string, ModuleId>();
  const add = (module: ModuleId): unknown =>
    modules.set(`${module.debugFile}/${module.debugId}`, module);
  const find = async (module: ModuleId, signal: AbortSignal) => {
    add(module);
    return await symbols.find(module, signal);
  };
  try {
    for (const dump of dumps) {
      const { walk } = await walkers.walk(dump, { symbols: { find }, signal: interrupted });
      const frames = walk.threads.flatMap((thread) => thread.frames);
      const names = new Set(frames.map(({ module }) => module));
      // Nobody is asked for the symbols of a build without an id.
      for (const { filename, debug_file, debug_id } of walk.modules) {
        if (debug_id === '' && names.has(filename))
          add({ debugFile: debug_file || filename, debugId: '-' });
      }
    }
    return [...modules.values()];
  } catch (error) {
    if (interrupted.aborted) throw new CliError('interrupted', 130, { cause: error });
    if (!(error instanceof StackWalkError)) throw error;
    throw new CliError(`the stacks cannot be walked: ${error.message}`, 1, { cause: error });
  } finally {
    symbols.close();
    await walkers.close();
    if (temporary !== undefined) await rm(temporary, { recursive: true, force: true });
  }
}
