import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { afterEach, beforeEach, expect, it } from '@jest/globals';

import { temporaryDirectory, type TemporaryDirectory } from '#antenna/testing';

import { writeChartLayout } from './chart-layout.js';

let folder: TemporaryDirectory;

beforeEach(async () => {
  folder = await temporaryDirectory();
});

afterEach(() => folder.remove());

async function blob(digest: string): Promise<Buffer> {
  const content = await readFile(join(folder.path, 'blobs', digest.replace(':', '/')));
  expect(`sha256:${createHash('sha256').update(content).digest('hex')}`).toBe(digest);
  return content;
}

it('writes a chart as an OCI image layout with the media types of Helm', async () => {
  writeChartLayout(Buffer.from('packed'), 'name: antenna\nversion: 1.2.3\n', folder.path);

  const index = JSON.parse(await readFile(join(folder.path, 'index.json'), 'utf8'));
  expect(index.manifests).toEqual([
    expect.objectContaining({ annotations: { 'org.opencontainers.image.ref.name': '1.2.3' } }),
  ]);
  const manifest = JSON.parse((await blob(index.manifests[0].digest)).toString());
  expect(manifest.config.mediaType).toBe('application/vnd.cncf.helm.config.v1+json');
  expect(JSON.parse((await blob(manifest.config.digest)).toString())).toEqual({
    name: 'antenna',
    version: '1.2.3',
  });
  expect(manifest.layers).toEqual([
    expect.objectContaining({
      mediaType: 'application/vnd.cncf.helm.chart.content.v1.tar+gzip',
      size: 6,
    }),
  ]);
  expect((await blob(manifest.layers[0].digest)).toString()).toBe('packed');
});
