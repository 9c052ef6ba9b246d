import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { dumpKey } from '#antenna/crash-report';
import { sampleMinidump, temporaryDirectory, type TemporaryDirectory } from '#antenna/testing';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { CrashDirectory, crashIdOf } from '../../test/crash-directory.js';
import { type CapturedRun, runCaptured } from '../../test/run-captured.js';

const id = '44E4EC8C2F41492B9369D6B9A059577C2';

function symbolFile(name: string, debugId = id): string {
  return `MODULE Linux x86_64 ${debugId} ${name}\nPUBLIC 1000 0 main\n`;
}

describe('antenna symbols', () => {
  let directory: TemporaryDirectory;
  let data: string;
  beforeEach(async () => {
    directory = await temporaryDirectory();
    data = join(directory.path, 'data');
    await mkdir(data);
  });
  afterEach(() => directory.remove());

  async function file(path: string, content: string | Buffer): Promise<string> {
    const absolute = join(directory.path, path);
    await mkdir(dirname(absolute), { recursive: true });
    await writeFile(absolute, content);
    return absolute;
  }

  function run(args: readonly string[], environment = {}, context = {}): Promise<CapturedRun> {
    return runCaptured(['symbols', ...args], { environment, dataDirectory: data, ...context });
  }

  describe('add', () => {
    it('puts a file where its MODULE line says, in the data directory', async () => {
      const path = await file('app.sym', symbolFile('libstdc++.so.6'));
      const { code, stdout, stderr } = await run(['add', path]);
      const placed = `libstdc++.so.6/${id}/libstdc++.so.6.sym`;
      expect(stdout).toBe(`added     ${placed}  Linux x86_64  88 bytes\n`);
      expect(stderr).toBe(`1 file added to ${join(data, 'symbols')}\n`);
      expect(code).toBe(0);
      expect(await readFile(join(data, 'symbols', placed), 'utf8')).toBe(
        symbolFile('libstdc++.so.6'),
      );
      expect((await run(['add', path])).stdout).toMatch(/^replaced /);
    });

    it('adds all symbol files below a directory, and says what it refused', async () => {
      await file('build/a/one.sym', symbolFile('one'));
      await file('build/two.pdb.sym.gz', gzipSync(symbolFile('two.pdb')));
      await file('build/readme.txt', 'no symbols');
      await file('build/bad.sym', 'no symbols');
      await file('build/half.sym', gzipSync(symbolFile('half')).subarray(0, 40));
      await file('build/evil.sym', symbolFile('..'));
      const location = join(directory.path, 'elsewhere');
      const args = ['add', join(directory.path, 'build'), '--location', location, '--json'];
      const { code, stdout, stderr } = await run(args);
      expect(JSON.parse(stdout)).toMatchObject({
        location,
        files: [
          { outcome: 'added', path: `one/${id}/one.sym`, os: 'Linux', arch: 'x86_64' },
          {
            outcome: 'refused',
            problem: expect.stringMatching(/^it does not begin with a MODULE/),
          },
          { outcome: 'refused', problem: expect.stringMatching(/name of a debug file/) },
          { outcome: 'refused', problem: expect.stringMatching(/gzip data|MODULE line/) },
          { outcome: 'added', path: `two.pdb/${id}/two.sym` },
        ],
      });
      expect(stderr).toBe(`error: 2 files added to ${location}, 3 refused\n`);
      expect(code).toBe(1);
      expect((await readdir(location)).toSorted()).toEqual(['one', 'two.pdb']);
    });

    it('prints a hostile name safely', async () => {
      const path = await file('\u001b[2J.sym', symbolFile('a\u202Eb'));
      const { code, stdout } = await run(['add', path]);
      expect(stdout).toContain(String.raw`\u001b[2J.sym: its MODULE line has no valid name`);
      expect(code).toBe(1);
    });

    it.each([
      [['add', '/nonexistent'], {}, 'cannot read /nonexistent: ENOENT'],
      [
        ['add', '.', '--location', 'https://host'],
        {},
        'https://host is a server; name a directory',
      ],
      [['add', '.', '--location', 's3://b'], {}, 's3://b has no valid bucket name'],
      [['add', '.'], { BACKEND: 'aws', AWS_REGION: 'r' }, 'no place with symbols: name one'],
      [['add', '.'], { SYMBOLS: 'ftp://x' }, 'SYMBOLS: ftp://x must be'],
      [['ls', '--data-dir', '/nonexistent'], {}, 'no data directory at /nonexistent'],
      [['check'], {}, 'name a crash id, a minidump, or a module'],
      [['check', '--module', 'x'], {}, 'Must be FILE/ID'],
      [['check', '--module', `a/${id}`, '--location', 'ftp://x'], {}, 'ftp://x must be https'],
      [['check', '/nonexistent'], {}, '/nonexistent is no crash id and cannot be read: ENOENT'],
      [
        ['check', 'package.json'],
        { SYMBOL_CACHE_DIR: '/dev/null/x' },
        'cannot use the symbol cache',
      ],
    ])('refuses %j with %j', async (args, environment, problem) => {
      const { code, stderr } = await run(args, environment);
      expect(stderr).toContain(problem);
      expect(stderr).toMatch(/^error: [^\n]*\n$/);
      expect(code).toBe(1);
    });

    it('stops between files when it is interrupted', async () => {
      const path = await file('app.sym', symbolFile('app'));
      const { code, stderr } = await run(['add', path], {}, { interrupted: AbortSignal.abort() });
      expect(stderr).toMatch(/^error: interrupted: 0 files added/);
      expect(code).toBe(130);
    });
  });

  describe('ls', () => {
    it('lists what add has added', async () => {
      await file('build/one.sym', symbolFile('one'));
      await file('build/two.sym', gzipSync(symbolFile('two.pdb')));
      await run(['add', join(directory.path, 'build')]);
      const { code, stdout, stderr } = await run(['ls']);
      expect(stdout).toMatch(
        new RegExp(
          `^one      ${id}  Linux  x86_64 +\\d+ bytes  2\\S+Z\ntwo.pdb  ${id}  Linux  x86_64 `,
        ),
      );
      expect(stderr).toMatch(/^2 modules, \d+ bytes in /);
      expect(code).toBe(0);
      const listed: unknown = JSON.parse((await run(['ls', '--json'])).stdout);
      expect(listed).toMatchObject([
        { debugFile: 'one', debugId: id, os: 'Linux', arch: 'x86_64', bytes: expect.any(Number) },
        { debugFile: 'two.pdb' },
      ]);
    });

    it('names files that cannot be used', async () => {
      await file(`data/symbols/a/${id}/a.sym`, 'nothing');
      await file(`data/symbols/b/${id}/b.sym`, symbolFile('b', `A${id.slice(1)}`));
      const { code, stdout, stderr } = await run(['ls']);
      expect(stdout).toContain('it does not begin with a MODULE line');
      expect(stdout).toContain('it is of another build: A4E4');
      expect(stderr).toContain('error: 2 files cannot be used\n');
      expect(code).toBe(1);
    });
  });

  describe('check', () => {
    let server: Server;
    let url: string;
    beforeEach(async () => {
      server = createServer((request, response) => {
        if (request.url?.includes('secret') === true) response.writeHead(500).end();
        else if (request.url === `/xul.pdb/${id}/xul.sym`) response.end(symbolFile('xul.pdb'));
        else response.writeHead(404).end();
      }).listen(0, '127.0.0.1');
      await once(server, 'listening');
      url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    });
    afterEach(() => {
      server.close();
    });

    it('says which place has the symbols of each module', async () => {
      const local = join(data, 'symbols');
      await file(`data/symbols/one/${id}/one.sym`, symbolFile('one'));
      const SYMBOLS = `${local},${url}`;
      const modules = [`one/${id}`, `xul.pdb/${id}/xul.sym`];
      const args = ['check', ...modules.flatMap((module) => ['--module', module])];
      const found = await run(args, { SYMBOLS });
      expect(found.stdout.split('\n').map((line) => line.split(/ {2,}/))).toEqual([
        ['one', id, 'found', local],
        ['', 'missing', url],
        ['xul.pdb', id, 'missing', local],
        ['', 'found', url],
        [''],
      ]);
      expect(found).toMatchObject({ code: 0, stderr: '2 of 2 modules have symbols\n' });
    });

    it('names the modules on the stacks of a minidump, with the symbols that there are', async () => {
      const dump = await file('crash.dmp', sampleMinidump({ dumpBytes: 64 * 1024 }));
      const without = await run(['check', dump, '--json']);
      const modules = JSON.parse(without.stdout) as { debugFile: string; debugId: string }[];
      const { debugFile, debugId } = modules[0] ?? { debugFile: '', debugId: '' };
      expect(debugFile).toBe('firefox.exe.pdb');
      const total = modules.length;
      expect(without.stderr).toBe(`error: ${total} of ${total} modules have no symbols\n`);
      await run(['add', await file('firefox.sym', symbolFile(debugFile, debugId))]);
      const { stdout } = await run(['check', dump]);
      expect(stdout).toContain(`${debugFile}  ${debugId}  found `);
    });

    it('finds the minidumps of a stored crash', async () => {
      const crashes = await CrashDirectory.create();
      const stored = join(crashes.path, 'store');
      await crashes.put(crashIdOf(1), {});
      const dump = sampleMinidump({ dumpBytes: 64 * 1024 });
      await crashes.store.put(dumpKey(crashIdOf(1), 'upload_file_minidump'), dump);
      const { stdout, code } = await run(['check', `bp-${crashIdOf(1)}`, '--stored', stored]);
      expect(stdout).toContain('firefox.exe.pdb');
      expect(code).toBe(1);
      const unknown = await run(['check', crashIdOf(2), '--stored', stored]);
      expect(unknown.stderr).toBe(`error: no crash ${crashIdOf(2)} in ${stored}\n`);
      await crashes.dispose();
    });

    it('says why there are no stacks', async () => {
      const { stderr, code } = await run(['check', await file('text', 'no dump')]);
      expect(stderr).toMatch(/^error: the stacks cannot be walked: [^\n]+\n$/);
      expect(code).toBe(1);
    });

    it('tells a missing file from a place that cannot be asked', async () => {
      const nowhere = 'http://127.0.0.1:1';
      const modules = ['--module', `secret/${id}`, '--module', `../x/${id}`];
      const { code, stdout, stderr } = await run(['check', ...modules, '--json'], {
        SYMBOLS: `${url},${nowhere}`,
      });
      expect(JSON.parse(stdout)).toMatchObject([
        {
          debugFile: 'secret',
          found: null,
          places: [
            { location: url, state: 'unreachable', problem: 'it answered 500' },
            {
              location: nowhere,
              state: 'unreachable',
              problem: expect.stringMatching('ECONNREFUSED'),
            },
          ],
        },
        { debugFile: '..', found: null, places: [{ state: 'missing' }, { state: 'missing' }] },
      ]);
      expect(stderr).toBe('error: 2 of 2 modules have no symbols\n');
      expect(code).toBe(1);
    });
  });
});
