import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type ModuleId, symbolPath } from '../src/module-id.js';

/** The n-th of many modules. */
export function aModule(n = 1, debugFile = `lib${n}.so`): ModuleId {
  return { debugFile, debugId: `${n.toString(16).toUpperCase().padStart(32, 'A')}0` };
}

/** A small symbol file of a module, of about this size. */
export function symbolText({ debugFile, debugId }: ModuleId, bytes = 0): string {
  const head = `MODULE Linux x86_64 ${debugId} ${debugFile}\nINFO CODE_ID ABCDEF12\n`;
  return `${head}${Array.from({ length: Math.ceil(bytes / 20) }, (_, n) => lineOf(n)).join('')}`;
}

/** Puts a file where the layout has it. */
export async function putSymbols(
  directory: string,
  module: ModuleId,
  content: string | Buffer = symbolText(module),
): Promise<string> {
  const path = join(directory, symbolPath(module) ?? '');
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, content);
  return path;
}

/** Different enough not to be compressed to nothing. */
function lineOf(n: number): string {
  return `PUBLIC ${1_000_000 + n * 7919} 0 f${n * n}\n`;
}
