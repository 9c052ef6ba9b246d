import { spawnSync } from 'node:child_process';
import { cp, mkdir, readFile, symlink, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { temporaryDirectory, type TemporaryDirectory } from '#antenna/testing';

const root = join(import.meta.dirname, '..');

function antenna(...args: readonly string[]) {
  return run(join(root, 'bin/antenna.js'), args);
}

function run(program: string, args: readonly string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, ...args]);
  return { status, stdout: stdout.toString(), stderr: stderr.toString() };
}

it('prints the version of package.json', async () => {
  const { version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));
  expect(antenna('--version')).toEqual({ status: 0, stdout: `antenna ${version}\n`, stderr: '' });
});

it('is the program that npx finds', async () => {
  const { bin } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));
  expect(bin).toEqual({ antenna: 'bin/antenna.js' });
});

describe('completion', () => {
  it('suggests commands, subcommands and options', () => {
    expect(antenna('complete', '--', 'dead').stdout).toMatch(/^dead-letter\t/);
    expect(antenna('complete', '--', 'crashes', '').stdout).toMatch(
      /^ls\t.*\ntop\t.*\nremove-annotation\t.*\nerase\t/,
    );
    expect(antenna('complete', '--', 'crashes', 'ls', '--prod').stdout).toMatch(/^--product\t/);
  });

  it('prints a script that bash can read, and that asks antenna', () => {
    const { status, stdout } = antenna('completion', 'bash');
    expect(status).toBe(0);
    expect(stdout).toContain('antenna complete --');
    const { status: parsed, stderr } = spawnSync('bash', ['-n'], { input: stdout });
    expect({ parsed, stderr: stderr.toString() }).toEqual({ parsed: 0, stderr: '' });
  });

  it('names the shells that it knows', () => {
    expect(antenna('completion', 'tcsh')).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('zsh, bash, fish, powershell'),
    });
  });
});

describe('a checkout', () => {
  let checkout: TemporaryDirectory;
  const source = () => join(checkout.path, 'apps/cli/src/main.ts');

  beforeEach(async () => {
    checkout = await temporaryDirectory();
    for (const file of ['bin', 'package.json', 'tsconfig.json', 'tsconfig.build.json'])
      await cp(join(root, file), join(checkout.path, file), { recursive: true });
    for (const folder of ['apps/cli/src', 'libs'])
      await mkdir(join(checkout.path, folder), { recursive: true });
    await symlink(join(root, 'node_modules'), join(checkout.path, 'node_modules'));
  });

  afterEach(() => checkout.remove());

  /** As an editor would, a minute after the last build. */
  async function save(text: string): Promise<void> {
    await writeFile(source(), `import process from 'node:process';\n${text}\n`);
    const later = new Date(Date.now() + 60_000);
    await utimes(source(), later, later);
  }

  const start = () => run(join(checkout.path, 'bin/antenna.js'), []);

  it('is built when a source has changed since the last build, and only then', async () => {
    await writeFile(source(), "process.stdout.write('first');\n");
    expect(start()).toEqual({ status: 0, stdout: 'first', stderr: '' });

    const built = join(checkout.path, 'dist/apps/cli/src/main.js');
    await writeFile(built, "process.stdout.write('not built again');\n");
    expect(start()).toMatchObject({ stdout: 'not built again' });

    await save("process.stdout.write('second');");
    expect(start()).toEqual({ status: 0, stdout: 'second', stderr: '' });
  });

  it('reports what cannot be built on stderr, and does not run', async () => {
    await writeFile(source(), 'const count: number = "none";\n');
    const { status, stdout, stderr } = start();
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(stderr).toContain("Type 'string' is not assignable to type 'number'");
    expect(stderr).toContain('error: the build failed; run `npm ci`');
  });
});
