#!/usr/bin/env node
// `npx antenna` in a checkout: builds if a source has changed since the last build, then runs the command line.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, statSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const buildInfo = join(root, 'dist/tsconfig.tsbuildinfo');
const files = ['package.json', 'tsconfig.json', 'tsconfig.build.json'];
const folders = ['apps', 'libs'];

if (!existsSync(buildInfo) || hasChangedSince(statSync(buildInfo).mtimeMs)) build();
await import('../dist/apps/cli/src/main.js');

/** Folders count as well: they change when a file is added or removed. */
function hasChangedSince(time) {
  const inFolders = folders.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true }).map((entry) => join(folder, entry)),
  );
  return [...files, ...inFolders].some((path) => statSync(join(root, path)).mtimeMs > time);
}

function build() {
  const startedAt = new Date();
  // All output goes to stderr: stdout belongs to the command.
  const compiler = ['node_modules/ts7/bin/tsc', '-p', 'tsconfig.build.json'];
  const { status } = spawnSync(process.execPath, compiler, { cwd: root, stdio: ['ignore', 2, 2] });
  if (status !== 0) {
    process.stderr.write('error: the build failed; run `npm ci`, which installs what it needs\n');
    process.exit(1);
  }
  // The compiler does not write this file if the output stays the same.
  utimesSync(buildInfo, startedAt, startedAt);
}
