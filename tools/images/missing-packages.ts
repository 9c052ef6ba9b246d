/**
 * `node dist/tools/images/missing-packages.js ROOT FOLDER`: the packages that compiled code under ROOT/FOLDER, and each
 * lib that it reaches, imports by name and that ROOT/node_modules does not have; one a line, exit code 1 when there are any.
 * An image leaves out what its service does not import; an import that runs only now and then would fail only then.
 */
import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';

const importOrExport = /(?:\bfrom\s*|\bimport\s*\(?\s*)['"]([@#.\w][^'"\s]*)['"]/g;

/** Names of the missing packages, sorted. */
export function missingPackages(root: string, folder: string): string[] {
  const missing = new Set<string>();
  const folders = new Set([folder]);
  // A set is walked to its end, also of what is added on the way.
  for (const reached of folders) {
    for (const specifier of specifiersIn(join(root, reached))) {
      const lib = /^#antenna\/(.+)$/.exec(specifier)?.[1];
      if (lib !== undefined) folders.add(`dist/libs/${lib}`);
      else if (!existsSync(join(root, 'node_modules', specifier))) missing.add(specifier);
    }
    if (!existsSync(join(root, reached))) missing.add(reached);
  }
  return [...missing].toSorted();
}

/** What the files of a folder import but Node's own modules and each other: `#antenna/throttle`, `@nestjs/core`, `pino`. */
function specifiersIn(folder: string): Set<string> {
  const specifiers = new Set<string>();
  for (const file of globSync(join(folder, '**/*.js'))) {
    for (const [, specifier = ''] of readFileSync(file, 'utf8').matchAll(importOrExport)) {
      if (/^(?:node:|\.)/.test(specifier)) continue;
      const parts = specifier.split('/');
      specifiers.add(parts.slice(0, /^[@#]/.test(specifier) ? 2 : 1).join('/'));
    }
  }
  return specifiers;
}

if (import.meta.filename === process.argv[1]) {
  const [root = '.', folder = 'dist'] = process.argv.slice(2);
  const missing = missingPackages(root, folder);
  for (const name of missing) process.stdout.write(`${name}\n`);
  process.exitCode = missing.length > 0 ? 1 : 0;
}
