import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The answer of `/__version__`: exactly the fields of Dockerflow's `version.json`, because clients compare the keys. */
export interface Version {
  readonly source: string;
  readonly version: string;
  readonly commit: string;
  readonly build: string;
}

/**
 * The `version.json` that the image build writes next to `package.json`; without it, the version in `package.json`.
 *
 * @throws if `version.json` exists but is not valid JSON: an image must not hide its version
 */
export function readVersion(root = applicationRoot(import.meta.dirname)): Version {
  const file = join(root, 'version.json');
  const built = existsSync(file);
  const fields = JSON.parse(
    readFileSync(built ? file : join(root, 'package.json'), 'utf8'),
  ) as Partial<Version>;
  const { source = '', version = '', commit = '', build = '' } = fields;
  return built
    ? { source, version, commit, build }
    : { source: '', version, commit: '', build: '' };
}

/** The nearest parent directory with a `package.json`. */
function applicationRoot(directory: string): string {
  if (existsSync(join(directory, 'package.json'))) return directory;
  const parent = dirname(directory);
  if (parent === directory) throw new Error('no package.json above the program');
  return applicationRoot(parent);
}
