import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import {
  startProcess,
  type TemporaryDirectory,
  temporaryDirectory,
  waitFor,
} from '#antenna/testing';

import { lockDirectory } from './directory-lock.js';

let directory: TemporaryDirectory;
beforeEach(async () => {
  directory = await temporaryDirectory();
});
afterEach(async () => await directory.remove());

/** Another process that holds the lock until it ends. */
const holder = `
  const { DatabaseSync } = require('node:sqlite');
  const database = new DatabaseSync(process.argv[1]);
  database.exec('PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE');
  console.log('locked');
  setInterval(() => database.isOpen, 1000);
`;

describe('lockDirectory', () => {
  it('holds the directory until it is released', () => {
    const lock = lockDirectory(directory.path);
    expect(lock).toBeDefined();
    expect(lockDirectory(directory.path)).toBeUndefined();
    lock?.release();
    const again = lockDirectory(directory.path);
    expect(again).toBeDefined();
    again?.release();
  });

  it('excludes other processes, and is released when its process is killed', async () => {
    const other = await startProcess(['-e', holder, join(directory.path, 'lock')]);
    await other.waitForLine('locked');
    expect(lockDirectory(directory.path)).toBeUndefined();
    other.kill('SIGKILL');
    await other.exit;
    const lock = await waitFor(() => lockDirectory(directory.path));
    lock.release();
  });

  it('throws when the directory cannot be used', () => {
    expect(() => lockDirectory(join(directory.path, 'absent'))).toThrow('ENOENT');
  });

  it('replaces a lock file with foreign content', () => {
    writeFileSync(join(directory.path, 'lock'), 'this is no database '.repeat(100));
    const lock = lockDirectory(directory.path);
    expect(lock).toBeDefined();
    expect(lockDirectory(directory.path)).toBeUndefined();
    lock?.release();
  });

  it.each<[string, (path: string) => unknown]>([
    ['a directory', (path) => mkdirSync(path)],
    ['a FIFO', (path) => execFileSync('mkfifo', [path])],
    ['a dangling link', (path) => symlinkSync('/nowhere/at/all', path)],
  ])('throws and names the lock file when it is %s', (_name, create) => {
    create(join(directory.path, 'lock'));
    expect(() => lockDirectory(directory.path)).toThrow('/lock is not a regular file');
  });

  it('notices that its file was removed or replaced', async () => {
    const lock = lockDirectory(directory.path);
    expect(await lock?.isInPlace()).toBe(true);
    rmSync(join(directory.path, 'lock'));
    expect(await lock?.isInPlace()).toBe(false);
    const next = lockDirectory(directory.path);
    expect(await lock?.isInPlace()).toBe(false);
    expect(await next?.isInPlace()).toBe(true);
    lock?.release();
    next?.release();
  });
});
