import { readFile } from 'node:fs/promises';

interface PackageFile {
  readonly scripts: Readonly<Record<string, string>>;
}

/**
 * The flags for Node in a script of package.json, so that a service is measured as it is started.
 * @throws Error when there is no such script, or it starts no built module
 */
export async function nodeFlagsOf(script: string): Promise<readonly string[]> {
  const { scripts } = JSON.parse(await readFile('package.json', 'utf8')) as PackageFile;
  const flags = /\bnode ((?:--\S+ )*)dist\//.exec(scripts[script] ?? '')?.[1];
  if (flags === undefined) throw new Error(`package.json has no script ${script} for a module`);
  return flags.split(' ').filter((flag) => flag !== '');
}
