import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { openDirectoryBlobStore } from './directory-blob-store.js';

const libs = new URL('../../../', import.meta.url).href;

/** Lets a plain Node process run the TypeScript sources, whose imports have the extension `.js`. */
const sourceHook = `data:text/javascript,${encodeURIComponent(`
  import { registerHooks } from 'node:module';
  const inSources = (name) =>
    name.replace(/\\.js$/, '.ts').replace(/^#antenna[/](.*)/, '${libs}$1/src/index.ts');
  registerHooks({
    resolve: (name, context, next) =>
      next(context.parentURL?.endsWith('.ts') ? inSources(name) : name, context),
  });`)}`;

/** Puts objects of 300 kB as fast as possible; their bytes are derived from the key. */
const putForever = `
  const { openDirectoryBlobStore } = await import(process.argv[1]);
  const store = await openDirectoryBlobStore({ directory: process.argv[2] });
  await Promise.all([1, 2, 3, 4].map(async (lane) => {
    for (let n = 0; ; n += 1) {
      await store.put(\`p/\${lane}/\${n}\`, Buffer.alloc(300_000, \`\${lane}.\${n} \`));
      console.log(\`p/\${lane}/\${n}\`);
    }
  }));`;

describe('a blob store whose process is killed', () => {
  let directory: string;

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'blob-killed-'));
  });

  afterEach(() => rm(directory, { recursive: true }));

  function startWriter(): ChildProcessByStdio<null, Readable, null> {
    const source = new URL('./directory-blob-store.ts', import.meta.url).href;
    const flags = ['--experimental-transform-types', '--disable-warning=ExperimentalWarning'];
    const script = ['--import', sourceHook, '--input-type=module', '--eval', putForever];
    return spawn(process.execPath, [...flags, ...script, source, directory], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
  }

  /** Kills a writer after it has stored at least this many objects; returns the keys that it reported. */
  async function storedBeforeKill(minimum: number): Promise<string[]> {
    const writer = startWriter();
    const stored: string[] = [];
    const output = createInterface({ input: writer.stdout });
    output.on('line', (key) => {
      stored.push(key);
      if (stored.length === minimum) writer.kill('SIGKILL');
    });
    await Promise.all([once(writer, 'exit'), once(output, 'close')]);
    return stored;
  }

  it('has every acknowledged object complete, and no unfinished files after the next start', async () => {
    for (const minimum of [5, 17, 40]) {
      const stored = await storedBeforeKill(minimum);
      const store = await openDirectoryBlobStore({ directory });
      expect(stored.length).toBeGreaterThanOrEqual(minimum);
      for (const key of stored) {
        const [, lane, n] = key.split('/');
        expect((await store.get(key)).equals(Buffer.alloc(300_000, `${lane}.${n} `))).toBe(true);
      }
      expect(await readdir(join(directory, '.tmp'))).toEqual([]);
    }
  });
});
