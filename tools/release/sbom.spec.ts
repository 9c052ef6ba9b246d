import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { temporaryDirectory, type TemporaryDirectory } from '#antenna/testing';

import type { UnpackedImage } from './image-layers.js';
import { billOfMaterials } from './sbom.js';

const image = {
  name: 'antenna-ingest',
  version: '1.2.3',
  architecture: 'arm64',
  builtAt: new Date('2026-11-29T12:00:00Z'),
};
let root: TemporaryDirectory;

beforeEach(async () => {
  root = await temporaryDirectory();
});

afterEach(() => root.remove());

async function add(file: string, content: object | string): Promise<void> {
  const path = join(root.path, file);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, typeof content === 'string' ? content : JSON.stringify(content));
}

/** With two layers, as images have that share their base. */
async function anImage(): Promise<UnpackedImage> {
  await add('base/usr/local/lib/node_modules/npm/package.json', { name: 'npm', version: '11.6.0' });
  await add('base/etc/os-release', 'NAME="Debian"\nVERSION_ID="12"\n');
  await add(
    'base/var/lib/dpkg/status',
    'Package: libc6\nStatus: install ok installed\nVersion: 2.36-9+deb12u14\n\n' +
      'Package: tzdata\nVersion: 2026a\n',
  );
  await add('app/app/node_modules/pino/package.json', { name: 'pino', version: '10.4.0' });
  await add('app/app/node_modules/pino/test/fixture/package.json', { name: 'no-package' });
  await add('app/app/node_modules/pino/node_modules/esm/package.json', { type: 'module' });
  await add('app/app/node_modules/pino/node_modules/@nest/core/package.json', {
    name: '@nest/core',
    version: '12.5.1',
  });
  return {
    layers: [join(root.path, 'base'), join(root.path, 'app')],
    variables: ['PATH=/usr/bin', 'NODE_VERSION=24.21.0'],
  };
}

describe('the bill of materials of an image', () => {
  it('names Node.js, npm packages, also those inside others, and Debian packages', async () => {
    const bill = JSON.parse(billOfMaterials(await anImage(), image));

    expect(bill).toMatchObject({
      bomFormat: 'CycloneDX',
      specVersion: '1.6',
      metadata: {
        timestamp: '2026-11-29T12:00:00.000Z',
        component: { type: 'container', name: 'antenna-ingest', version: '1.2.3' },
      },
    });
    expect(bill.components.map(({ purl }: { purl: string }) => purl).toSorted()).toEqual([
      'pkg:deb/debian/libc6@2.36-9%2Bdeb12u14?arch=arm64&distro=debian-12',
      'pkg:deb/debian/tzdata@2026a?arch=arm64&distro=debian-12',
      'pkg:generic/node@24.21.0',
      'pkg:npm/%40nest/core@12.5.1',
      'pkg:npm/npm@11.6.0',
      'pkg:npm/pino@10.4.0',
    ]);
  });

  it('is the same for the same image, and another one for another', async () => {
    const unpacked = await anImage();
    const bill = billOfMaterials(unpacked, image);
    expect(billOfMaterials(unpacked, image)).toBe(bill);

    await add('app/app/node_modules/pino/package.json', { name: 'pino', version: '10.4.1' });
    const serialNumber = /"urn:uuid:[^"]+"/;
    expect(serialNumber.exec(billOfMaterials(unpacked, image))).not.toEqual(
      serialNumber.exec(bill),
    );
  });

  it.each([
    ['npm packages', { variables: ['NODE_VERSION=24.21.0'], layers: [] }],
    ['variable NODE_VERSION', { variables: [], layers: [] }],
  ])('does not exist for an image without %s', (missing, unpacked) => {
    expect(() => billOfMaterials(unpacked, image)).toThrow(`the image has no ${missing}`);
  });
});
