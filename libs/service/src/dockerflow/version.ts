import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Injects the {@link Version}. */
export const VERSION = Symbol('version');

/** What `/__version__` answers: the fields of Dockerflow's `version.json`. */
export interface Version {
  readonly name?: string;
  readonly version: string;
  readonly source: string;
  readonly commit: string;
  readonly build: string;
}

/**
 * The `version.json` that the image build leaves beside `package.json`; without one, what `package.json` says.
 *
 * @throws when `version.json` is there and is not JSON: an image must not hide what it is.
 */
export function readVersion(root = applicationRoot(import.meta.dirname)): Version {
  const file = join(root, 'version.json');
  if (existsSync(file)) return JSON.parse(readFileSync(file, 'utf8')) as Version;
  const { name, version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as Version;
  return { ...(name !== undefined && { name }), version, source: '', commit: '', build: '' };
}

/** The nearest directory upwards that holds a `package.json`. */
function applicationRoot(directory: string): string {
  if (existsSync(join(directory, 'package.json'))) return directory;
  const parent = dirname(directory);
  if (parent === directory) throw new Error('no package.json above the service');
  return applicationRoot(parent);
}
