import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { temporaryDirectory, type TemporaryDirectory } from '#antenna/testing';

import { missingPackages } from './missing-packages.js';

let root: TemporaryDirectory;

beforeEach(async () => {
  root = await temporaryDirectory();
});

afterEach(async () => {
  await root.remove();
});

async function file(path: string, text: string): Promise<void> {
  const target = join(root.path, path);
  await mkdir(dirname(target), { recursive: true });
  await writeFile(target, text);
}

describe('missingPackages', () => {
  it('returns nothing if all imported packages are installed', async () => {
    await file('dist/apps/x/main.js', "import { y } from './y.js';\nimport fs from 'node:fs';");
    await file('dist/apps/x/y.js', "import '@one/two/three';\nexport * from 'four/five';");
    await file('node_modules/@one/two/package.json', '{}');
    await file('node_modules/four/package.json', '{}');
    expect(missingPackages(root.path, 'dist/apps/x')).toEqual([]);
  });

  it('ignores strings that look like imports', async () => {
    await file('dist/apps/x/main.js', "const permissions = { 'receive from': 'sqs:Receive' };");
    expect(missingPackages(root.path, 'dist/apps/x')).toEqual([]);
  });

  it('checks dynamic imports and files that are not imported statically', async () => {
    await file('dist/apps/x/main.js', "const later = async () => await import('@one/two');");
    await file('dist/apps/x/deep/worker.js', 'import{a}from"three";');
    await file('dist/apps/x/page.js', "readFile(require.resolve('four/dist/four.js'));");
    expect(missingPackages(root.path, 'dist/apps/x')).toEqual(['@one/two', 'four', 'three']);
  });

  it('checks only the libs that are imported, directly or indirectly', async () => {
    await file('dist/apps/x/main.js', "import { one } from '#antenna/one';");
    await file('dist/libs/one/src/index.js', "export * from '#antenna/two';");
    await file('dist/libs/two/src/index.js', "import 'of-two';");
    await file('dist/libs/three/src/index.js', "import 'of-three';");
    expect(missingPackages(root.path, 'dist/apps/x')).toEqual(['of-two']);
  });

  it('returns a missing file that package.json names', async () => {
    await file('package.json', '{"imports":{"#lists":"./files/lists.yaml","#walker":"./w.wasm"}}');
    await file('dist/apps/x/main.js', "read(import.meta.resolve('#lists'), import('#walker'));");
    await file('w.wasm', '');
    expect(missingPackages(root.path, 'dist/apps/x')).toEqual(['./files/lists.yaml']);
  });

  it('returns missing libs and a missing folder', async () => {
    await file('dist/apps/x/main.js', "import { one } from '#antenna/one';");
    expect(missingPackages(root.path, 'dist/apps/x')).toEqual(['dist/libs/one']);
    expect(missingPackages(root.path, 'dist/apps/y')).toEqual(['dist/apps/y']);
  });

  it('checks files of rules that a lib reads', async () => {
    await file('dist/apps/x/main.js', "import { rules } from '#antenna/rules';");
    const rules = "readFileSync(new URL(import.meta.resolve('#throttle-rules/one.yaml')))";
    await file('dist/libs/rules/src/index.js', rules);
    const missing = 'charts/antenna/files/throttle-rules/one.yaml';
    expect(missingPackages(root.path, 'dist/apps/x')).toEqual([missing]);
    await file(missing, '');
    expect(missingPackages(root.path, 'dist/apps/x')).toEqual([]);
  });
});
