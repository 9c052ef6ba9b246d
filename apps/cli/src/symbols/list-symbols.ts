import { errorMessage } from '#antenna/errors';
import type { SymbolStore } from '#antenna/symbols';
import { type CliContext, print, printLine } from '../cli-context.js';
import { CliError } from '../cli-error.js';
import { countOf, formatBytes, formatTable } from '../human-units.js';
import { inParallel } from '../in-parallel.js';

interface ListedSymbols {
  readonly debugFile: string;
  readonly debugId: string;
  readonly os: string | null;
  readonly arch: string | null;
  readonly bytes: number;
  readonly storedAt: string;
  readonly problem?: string;
}

/** Prints the modules with symbols in the store. @throws CliError when a file is no symbol file of its module */
export async function listSymbols(
  store: SymbolStore,
  { timeoutMs, json }: { readonly timeoutMs: number; readonly json: boolean },
  { stdout, stderr, interrupted }: CliContext,
): Promise<void> {
  const { headIn, moduleAt, SymbolsError } = await import('#antenna/symbols');
  const listed: ListedSymbols[] = [];
  await inParallel(store.list(interrupted), 8, async ({ path, size, modifiedAt }) => {
    const module = moduleAt(path);
    if (!module || interrupted.aborted) return;
    const stored = { ...module, bytes: size, storedAt: modifiedAt.toISOString() };
    try {
      const head = await headIn(store, path, timeoutMs, interrupted);
      // Undefined: it was removed meanwhile.
      if (!head) return;
      const isOther = head.debugId !== module.debugId;
      const problem = isOther ? { problem: `it is of another build: ${head.debugId}` } : {};
      listed.push({ ...stored, os: head.os, arch: head.arch, ...problem });
    } catch (error) {
      if (interrupted.aborted) return;
      if (!(error instanceof SymbolsError)) throw error;
      listed.push({ ...stored, os: null, arch: null, problem: errorMessage(error) });
    }
  });
  listed.sort((a, b) => compare(a.debugFile, b.debugFile) || compare(a.storedAt, b.storedAt));
  if (json) await printLine(stdout, JSON.stringify(listed, null, 2));
  else await print(stdout, formatTable(listed.map(rowOf), { right: [4] }));
  const bytes = listed.reduce((sum, one) => sum + one.bytes, 0);
  const count = countOf(listed.length, 'module', 'modules');
  await printLine(stderr, `${count}, ${formatBytes(bytes)} in ${store.location}`);
  if (interrupted.aborted) throw new CliError('interrupted; there may be more modules', 130);
  const bad = listed.filter(({ problem }) => problem !== undefined).length;
  if (bad > 0) throw new CliError(`${countOf(bad, 'file', 'files')} cannot be used`);
}

function rowOf({
  debugFile,
  debugId,
  os,
  arch,
  bytes,
  storedAt,
  problem,
}: ListedSymbols): string[] {
  return [debugFile, debugId, os ?? '-', arch ?? '-', formatBytes(bytes), storedAt, problem ?? ''];
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
