import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startProcess } from './start-process.js';
import { temporaryDirectory, type TemporaryDirectory } from './temporary-directory.js';

const program = `
  process.on('SIGTERM', () => {
    console.log('going down');
    process.exit(3);
  });
  console.log('up with ' + process.argv[2] + ' and ' + process.env.COLOUR);
  console.error('a warning');
  setInterval(() => {}, 1000);
`;

describe('startProcess', () => {
  let directory: TemporaryDirectory;
  let script: string;

  beforeAll(async () => {
    directory = await temporaryDirectory();
    script = join(directory.path, 'program.mjs');
    await writeFile(script, program);
  });

  afterAll(() => directory.remove());

  it('passes arguments and environment and finds lines on stdout and stderr', async () => {
    const child = await startProcess([script, 'sails'], { env: { COLOUR: 'blue' } });
    expect(await child.waitForLine('up with')).toBe('up with sails and blue');
    expect(await child.waitForLine(/warning$/)).toBe('a warning');
    expect(await child.stop()).toEqual({ code: 3, signal: null });
    expect(child.stdout).toEqual(['up with sails and blue', 'going down']);
    expect(child.stderr).toEqual(['a warning']);
  });

  it('kills the process with the given signal', async () => {
    const child = await startProcess([script, 'x']);
    await child.waitForLine('up with');
    child.kill('SIGKILL');
    expect(await child.exit).toEqual({ code: null, signal: 'SIGKILL' });
  });

  it('rejects a wait for a line when the process ends without writing it', async () => {
    const child = await startProcess(['-e', 'console.log("only this")']);
    await expect(child.waitForLine('something else')).rejects.toThrow(
      /ended .*"code":0.*only this/s,
    );
  });

  it('rejects a command that does not exist', async () => {
    const start = startProcess([], { command: join(directory.path, 'nothing') });
    await expect(start).rejects.toThrow(/ENOENT/);
  });
});
