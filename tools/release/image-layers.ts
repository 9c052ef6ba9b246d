import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** An image of an OCI image layout: its layers, unpacked. */
export interface UnpackedImage {
  /** Folders, lowest layer first. They lack what says nothing about packages: programs, libraries, shared data. */
  readonly layers: readonly string[];
  /** `NAME=value` */
  readonly variables: readonly string[];
}

interface Document {
  readonly manifests?: readonly Descriptor[];
  readonly layers?: readonly Descriptor[];
  readonly config?: Descriptor | { readonly Env?: readonly string[] };
}

interface Descriptor {
  readonly digest: string;
  readonly platform?: { readonly architecture: string };
}

const left = ['dev/*', 'usr/bin/*', 'usr/lib/*-linux-gnu', 'usr/share/*', 'usr/local/bin/*'];

/**
 * Images share layers: each one is unpacked once.
 * @param folder for the layers of all images
 * @throws Error if the layout has no image for the architecture, or tar cannot unpack a layer
 */
export function unpackImage(layout: string, architecture: string, folder: string): UnpackedImage {
  const image = imageOf(read(join(layout, 'index.json')), layout, architecture);
  const config = read(blob(layout, (image.config as Descriptor).digest)).config;
  return {
    layers: (image.layers ?? []).map(({ digest }) =>
      unpack(blob(layout, digest), join(folder, digest)),
    ),
    variables: (config as { readonly Env?: readonly string[] } | undefined)?.Env ?? [],
  };
}

function unpack(file: string, layer: string): string {
  if (existsSync(layer)) return layer;
  mkdirSync(layer, { recursive: true });
  const excluded = left.map((pattern) => `--exclude=${pattern}`);
  const { status, stderr } = spawnSync('tar', [
    '-xf',
    file,
    '-C',
    layer,
    '--anchored',
    ...excluded,
  ]);
  if (status !== 0) throw new Error(`tar cannot unpack ${file}: ${String(stderr)}`);
  return layer;
}

/** An index can contain an index: of images, and of the platforms of each. */
function imageOf(document: Document, layout: string, architecture: string): Document {
  if (document.layers !== undefined) return document;
  const manifests = document.manifests ?? [];
  const chosen =
    manifests.find(({ platform }) => platform?.architecture === architecture) ??
    manifests.find(({ platform }) => platform === undefined);
  if (chosen === undefined) throw new Error(`${layout} has no image for ${architecture}`);
  return imageOf(read(blob(layout, chosen.digest)), layout, architecture);
}

function blob(layout: string, digest: string): string {
  return join(layout, 'blobs', digest.replace(':', '/'));
}

function read(file: string): Document {
  return JSON.parse(readFileSync(file, 'utf8'));
}
