import { errorMessage } from '#antenna/errors';
import type { ModuleId } from '#antenna/symbols';
import { type CliContext, print, printLine } from '../cli-context.js';
import { CliError } from '../cli-error.js';
import { formatTable } from '../human-units.js';
import type { SymbolPlaces } from './symbol-places.js';

/** What one place says about the symbols of a module. */
interface PlaceAnswer {
  readonly location: string;
  /** `found`, `missing`, or the code of a SymbolsError. */
  readonly state: string;
  readonly problem?: string;
}

interface CheckedModule extends ModuleId {
  /** The place that the processor would use. */
  readonly found: string | null;
  readonly places: readonly PlaceAnswer[];
}

/**
 * Asks each place for the symbols of each module.
 * @throws CliError when a module has none
 */
export async function checkModules(
  modules: readonly ModuleId[],
  { config, s3 }: SymbolPlaces,
  { json }: { readonly json: boolean },
  { stdout, stderr, interrupted }: CliContext,
): Promise<void> {
  const { headIn, openSource, symbolPath, SymbolsError } = await import('#antenna/symbols');
  const sources = await Promise.all(config.locations.map((location) => openSource(location, s3)));
  const ask = async (source: (typeof sources)[number], module: ModuleId): Promise<PlaceAnswer> => {
    const { location } = source;
    const path = symbolPath(module);
    if (path === undefined)
      return { location, state: 'missing', problem: 'no symbols can have this name or id' };
    try {
      const head = await headIn(source, path, config.timeoutMs, interrupted);
      if (!head) return { location, state: 'missing' };
      return path === symbolPath({ ...module, debugId: head.debugId })
        ? { location, state: 'found' }
        : { location, state: 'not_symbols', problem: `it is of another build: ${head.debugId}` };
    } catch (error) {
      if (interrupted.aborted) throw new CliError('interrupted', 130, { cause: error });
      if (!(error instanceof SymbolsError)) throw error;
      return { location, state: error.code, problem: errorMessage(error) };
    }
  };
  const checked: CheckedModule[] = [];
  for (const module of modules) {
    const places = await Promise.all(sources.map((source) => ask(source, module)));
    const found = places.find(({ state }) => state === 'found')?.location ?? null;
    checked.push({ debugFile: module.debugFile, debugId: module.debugId, found, places });
  }
  for (const source of sources) source.close();
  if (json) await printLine(stdout, JSON.stringify(checked, null, 2));
  else await print(stdout, formatTable(checked.flatMap(rowsOf)));
  const without = checked.filter(({ found }) => found === null).length;
  if (checked.length === 0) throw new CliError('the stacks are in no known module');
  if (without > 0) throw new CliError(`${without} of ${checked.length} modules have no symbols`);
  await printLine(stderr, `${checked.length} of ${checked.length} modules have symbols`);
}

function rowsOf({ debugFile, debugId, places }: CheckedModule): string[][] {
  return places.map(({ location, state, problem }, index) => [
    ...(index === 0 ? [debugFile, debugId] : ['', '']),
    state,
    location,
    problem ?? '',
  ]);
}
