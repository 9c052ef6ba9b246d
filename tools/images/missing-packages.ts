/**
 * `node dist/tools/images/missing-packages.js ROOT FOLDER` prints the packages that the compiled code in ROOT/FOLDER and
 * the libs that it uses import but that are not in ROOT/node_modules, and the files of rules that they read, one per line. The exit code is 1 if there are any.
 * An image contains only the packages that its service imports; a missing package might only be noticed by a rare import.
 */
import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';

const importOrExport =
  /(?:\bfrom\s*|\bimport\s*\(?\s*|\b(?:import\.meta|require)\.resolve\(\s*)['"]([@#.\w][^'"\s]*)['"]/g;

/** Names of the missing packages, sorted. */
export function missingPackages(root: string, folder: string): string[] {
  const missing = new Set<string>();
  const folders = new Set([folder]);
  const files = filesOf(root);
  // The iteration over a set includes entries that are added during the loop.
  for (const reached of folders) {
    for (const specifier of specifiersIn(join(root, reached))) {
      const lib = /^#antenna\/(.+)$/.exec(specifier)?.[1];
      const rules = /^#throttle-rules\/(.+)$/.exec(specifier)?.[1];
      const rulesFile = `charts/antenna/files/throttle-rules/${rules}`;
      const file = rules === undefined ? files[specifier] : rulesFile;
      if (lib !== undefined) folders.add(`dist/libs/${lib}`);
      else if (!existsSync(join(root, file ?? `node_modules/${specifier}`)))
        missing.add(file ?? specifier);
    }
    if (!existsSync(join(root, reached))) missing.add(reached);
  }
  return [...missing].toSorted();
}

/** The single files that `imports` of package.json names, such as `#signature-lists`. */
function filesOf(root: string): Readonly<Record<string, string>> {
  const file = join(root, 'package.json');
  if (!existsSync(file)) return {};
  const { imports = {} } = JSON.parse(readFileSync(file, 'utf8')) as {
    imports?: Record<string, string>;
  };
  return imports;
}

/** The imports of the files in a folder, except Node's modules and relative paths: `#antenna/throttle`, `pino`. */
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
