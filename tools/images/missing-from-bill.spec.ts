import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { temporaryDirectory, type TemporaryDirectory } from '#antenna/testing';

import { missingFromBill } from './missing-from-bill.js';

let app: TemporaryDirectory;

beforeEach(async () => {
  app = await temporaryDirectory();
});

afterEach(() => app.remove());

const lockFile = {
  packages: {
    '': { version: '1.2.3' },
    'node_modules/pino': { version: '10.4.0' },
    'node_modules/pino/node_modules/@nest/core': { version: '12.5.1' },
    'node_modules/jest': { version: '30.5.0' },
  },
};

const bill = (...purls: string[]) => ({ components: purls.map((purl) => ({ purl })) });

describe('a bill of materials', () => {
  it('lacks packages of the lock file that the folder holds, in another version too', async () => {
    for (const path of ['node_modules/pino', 'node_modules/pino/node_modules/@nest/core']) {
      await mkdir(join(app.path, path), { recursive: true });
      await writeFile(join(app.path, path, 'package.json'), '{}');
    }
    const complete = bill('pkg:npm/pino@10.4.0', 'pkg:npm/%40nest/core@12.5.1');
    expect(missingFromBill(app.path, lockFile, complete)).toEqual([]);
    expect(missingFromBill(app.path, lockFile, bill('pkg:npm/pino@10.3.0'))).toEqual([
      'pino@10.4.0',
      '@nest/core@12.5.1',
    ]);
  });

  it('cannot be compared with a folder without packages', () => {
    expect(() => missingFromBill(app.path, lockFile, { components: [] })).toThrow(
      'holds no package',
    );
  });
});
