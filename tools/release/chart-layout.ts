/**
 * `node dist/tools/release/chart-layout.js CHART.tgz FOLDER` writes a packaged chart as an OCI image layout, which tools
 * such as oras and skopeo copy to a registry, where Helm installs it from:
 * https://github.com/helm/community/blob/main/hips/hip-0006.md
 */
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';

import { parse } from 'yaml';

interface Descriptor {
  readonly mediaType: string;
  readonly digest: string;
  readonly size: number;
  readonly annotations?: Readonly<Record<string, string>>;
}

/**
 * @param metadata the chart's Chart.yaml
 * @throws Error if the folder cannot be written
 */
export function writeChartLayout(chart: Buffer, metadata: string, folder: string): void {
  const blobs = join(folder, 'blobs/sha256');
  mkdirSync(blobs, { recursive: true });
  const add = (mediaType: string, content: Buffer | string): Descriptor => {
    const digest = createHash('sha256').update(content).digest('hex');
    writeFileSync(join(blobs, digest), content);
    return { mediaType, digest: `sha256:${digest}`, size: Buffer.byteLength(content) };
  };
  const config = parse(metadata) as { readonly version: string };
  const manifest = {
    schemaVersion: 2,
    mediaType: 'application/vnd.oci.image.manifest.v1+json',
    config: add('application/vnd.cncf.helm.config.v1+json', JSON.stringify(config)),
    layers: [add('application/vnd.cncf.helm.chart.content.v1.tar+gzip', chart)],
  };
  const tag = { 'org.opencontainers.image.ref.name': config.version };
  const index = {
    schemaVersion: 2,
    manifests: [{ ...add(manifest.mediaType, JSON.stringify(manifest)), annotations: tag }],
  };
  writeFileSync(join(folder, 'oci-layout'), '{"imageLayoutVersion":"1.0.0"}');
  writeFileSync(join(folder, 'index.json'), JSON.stringify(index));
}

if (import.meta.filename === process.argv[1]) {
  const [chart = '', folder = ''] = process.argv.slice(2);
  writeChartLayout(readFileSync(chart), readFileSync('charts/antenna/Chart.yaml', 'utf8'), folder);
}
