/**
 * `node dist/tools/release/sbom.js LAYOUT FOLDER NAME VERSION ARCHITECTURE` prints the software bill of materials of the
 * image in an OCI image layout, as CycloneDX 1.6: Node.js, npm packages (those of npm, too) and Debian packages. Layers are
 * unpacked into FOLDER. SOURCE_DATE_EPOCH is the time of the bill; the same image has the same bill.
 */
import { createHash } from 'node:crypto';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';

import { ComponentType } from '@cyclonedx/cyclonedx-library/Enums';
import { Bom, Component, Metadata } from '@cyclonedx/cyclonedx-library/Models';
import { JSON as CycloneDxJson, JsonSerializer } from '@cyclonedx/cyclonedx-library/Serialize';
import { Spec1dot6 } from '@cyclonedx/cyclonedx-library/Spec';

import { unpackImage, type UnpackedImage } from './image-layers.js';

interface Image {
  /** Such as `antenna-ingest`. */
  readonly name: string;
  readonly version: string;
  /** As in OCI: `amd64`. */
  readonly architecture: string;
  readonly builtAt: Date;
}

interface Package {
  readonly name: string;
  readonly version: string;
  /** https://github.com/package-url/purl-spec */
  readonly purl: string;
}

/**
 * Files that a later layer deletes still count: the layers of the Dockerfile only add files.
 * @throws Error if the image lacks Node.js packages, Debian packages or NODE_VERSION: it is then no image of Antenna
 */
export function billOfMaterials({ layers, variables }: UnpackedImage, image: Image): string {
  const components = [
    nodeJs(variables),
    ...npmPackages(layers),
    ...debianPackages(layers, image.architecture),
  ];
  const bom = new Bom({
    metadata: new Metadata({
      timestamp: image.builtAt,
      component: new Component(ComponentType.Container, image.name, {
        version: image.version,
        bomRef: image.name,
      }),
    }),
    serialNumber: `urn:uuid:${uuidOf(JSON.stringify([image, components]))}`,
  });
  for (const { name, version, purl } of components)
    bom.components.add(new Component(ComponentType.Library, name, { version, purl, bomRef: purl }));
  const serializer = new JsonSerializer(new CycloneDxJson.Normalize.Factory(Spec1dot6));
  return `${serializer.serialize(bom, { sortLists: true, space: 2 })}\n`;
}

/** The base image sets the variable. */
function nodeJs(variables: readonly string[]): Package {
  const version = variables.find((one) => one.startsWith('NODE_VERSION='))?.split('=')[1];
  if (version === undefined) throw new Error('the image has no variable NODE_VERSION');
  return { name: 'node', version, purl: `pkg:generic/node@${version}` };
}

/** Also those inside other packages; each version once. */
function npmPackages(layers: readonly string[]): Package[] {
  const found = new Map<string, Package>();
  // One folder below node_modules, or two for packages with a scope.
  const patterns = layers.flatMap((layer) =>
    ['*', '@*/*'].map((folder) => join(layer, '**/node_modules', folder, 'package.json')),
  );
  for (const file of globSync(patterns)) {
    const { name, version } = JSON.parse(readFileSync(file, 'utf8'));
    if (typeof name !== 'string' || typeof version !== 'string') continue; // part of a package
    const purl = `pkg:npm/${name.replace('@', '%40')}@${version}`;
    found.set(purl, { name, version, purl });
  }
  if (found.size === 0) throw new Error('the image has no npm packages');
  return [...found.values()];
}

function debianPackages(layers: readonly string[], architecture: string): Package[] {
  const release = /^VERSION_ID="?([^"\n]*)/m.exec(newest(layers, 'etc/os-release'))?.[1];
  return newest(layers, 'var/lib/dpkg/status')
    .split('\n\n')
    .filter((entry) => /^Package: /m.test(entry))
    .map((entry) => {
      const field = (name: string) => new RegExp(`^${name}: (.*)$`, 'm').exec(entry)?.[1] ?? '';
      const [name, version] = [field('Package'), field('Version')];
      const distribution = `arch=${architecture}&distro=debian-${release ?? ''}`;
      const purl = `pkg:deb/debian/${name}@${encodeURIComponent(version)}?${distribution}`;
      return { name, version, purl };
    });
}

function newest(layers: readonly string[], file: string): string {
  const layer = layers.findLast((one) => existsSync(join(one, file)));
  if (layer === undefined) throw new Error(`the image has no /${file}`);
  return readFileSync(join(layer, file), 'utf8');
}

/** A UUID of version 8, made of a hash. */
function uuidOf(text: string): string {
  const hex = createHash('sha256').update(text).digest('hex');
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `8${hex.slice(13, 16)}`,
    `8${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ].join('-');
}

if (import.meta.filename === process.argv[1]) {
  const [layout = '', folder = '', name = '', version = '', architecture = ''] =
    process.argv.slice(2);
  // oxlint-disable-next-line no-process-env -- a script without a configuration of its own
  const builtAt = new Date(Number(process.env['SOURCE_DATE_EPOCH'] ?? 0) * 1000);
  const image = { name, version, architecture, builtAt };
  process.stdout.write(billOfMaterials(unpackImage(layout, architecture, folder), image));
}
