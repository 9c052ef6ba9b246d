import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { temporaryDirectory, type TemporaryDirectory } from '#antenna/testing';

import { unpackImage } from './image-layers.js';

let work: TemporaryDirectory;
let layout: string;

beforeEach(async () => {
  work = await temporaryDirectory();
  layout = join(work.path, 'layout');
  await mkdir(join(layout, 'blobs/sha256'), { recursive: true });
});

afterEach(() => work.remove());

async function blob(content: Buffer | object): Promise<{ digest: string }> {
  const bytes = Buffer.isBuffer(content) ? content : Buffer.from(JSON.stringify(content));
  const digest = createHash('sha256').update(bytes).digest('hex');
  await writeFile(join(layout, 'blobs/sha256', digest), bytes);
  return { digest: `sha256:${digest}` };
}

async function layer(files: Readonly<Record<string, string>>): Promise<{ digest: string }> {
  const tree = join(work.path, 'tree');
  for (const [file, content] of Object.entries(files)) {
    await mkdir(dirname(join(tree, file)), { recursive: true });
    await writeFile(join(tree, file), content);
  }
  const archive = execFileSync('tar', ['-cz', '-C', tree, ...(await readdir(tree))]);
  await rm(tree, { recursive: true });
  return blob(archive);
}

async function image(architecture: string, ...layers: object[]): Promise<object> {
  const config = await blob({ config: { Env: [`ARCHITECTURE=${architecture}`] } });
  return { ...(await blob({ config, layers })), platform: { architecture } };
}

/** An index with an index of platforms, as archives of images for several platforms have it. */
async function write(...manifests: object[]): Promise<void> {
  const index = { manifests: [await blob({ manifests })] };
  await writeFile(join(layout, 'index.json'), JSON.stringify(index));
}

describe('the layers of an image', () => {
  it('are unpacked for the architecture asked for, without programs', async () => {
    const base = await layer({ 'etc/os-release': 'Debian', 'usr/local/bin/node': 'program' });
    const app = await layer({ 'app/node_modules/ipaddr.js/dev/package.json': '{}' });
    await write(await image('amd64', base), await image('arm64', base, app));

    const { layers, variables } = unpackImage(layout, 'arm64', join(work.path, 'layers'));

    expect(variables).toEqual(['ARCHITECTURE=arm64']);
    expect(layers).toHaveLength(2);
    const [first = '', second = ''] = layers;
    expect(await readFile(join(first, 'etc/os-release'), 'utf8')).toBe('Debian');
    const inside = join(second, 'app/node_modules/ipaddr.js/dev/package.json');
    expect(await readFile(inside, 'utf8')).toBe('{}');
    expect(existsSync(join(first, 'usr/local/bin/node'))).toBe(false);
  });

  it('are shared between images', async () => {
    const base = await layer({ 'etc/os-release': 'Debian' });
    await write(await image('amd64', base), await image('arm64', base));
    const folder = join(work.path, 'layers');

    expect(unpackImage(layout, 'amd64', folder).layers).toEqual(
      unpackImage(layout, 'arm64', folder).layers,
    );
  });

  it('do not exist for another architecture, or if they are not archives', async () => {
    await write(await image('amd64', await blob(Buffer.from('no archive'))));

    expect(() => unpackImage(layout, 'arm64', work.path)).toThrow('has no image for arm64');
    expect(() => unpackImage(layout, 'amd64', work.path)).toThrow('tar cannot unpack');
  });
});
