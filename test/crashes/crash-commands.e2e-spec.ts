import { spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { resolve } from 'node:path';

import { afterAll, describe, expect, it } from '@jest/globals';

import { openEmbeddedBackend } from '#antenna/backends';
import { startAwsStandIns, temporaryDirectory } from '#antenna/testing';

import { awsBackend } from './aws-backend.js';
import { crashCommandsContract } from './crash-commands.contract.js';

const standIns = startAwsStandIns({
  buckets: ['crashes', 'staging'],
  queues: ['antenna-processing'],
});
afterAll(async () => (await standIns).stop());

crashCommandsContract('a data directory', async () => {
  const directory = await temporaryDirectory();
  const { crashes, processing, close } = await openEmbeddedBackend(directory.path);
  return {
    environment: { ANTENNA_DATA_DIR: directory.path },
    location: directory.path,
    crashes,
    processing,
    async dispose() {
      await close();
      await directory.remove();
    },
  };
});

crashCommandsContract('the stand-ins for S3 and SQS', async () => {
  const { connection } = await standIns;
  return await awsBackend({ s3: connection, sqs: connection }, `run-${randomUUID()}`);
});

function antenna(...args: string[]) {
  const main = resolve(import.meta.dirname, '../../dist/apps/cli/src/main.js');
  const { status, stdout, stderr } = spawnSync(process.execPath, [main, ...args]);
  return { status, stdout: stdout.toString(), stderr: stderr.toString() };
}

const erase = ['crashes', 'erase', '--reason', 'x'];

describe('the command line for stored crashes', () => {
  it.each([
    ['crashes', 'ls'],
    ['crashes', 'remove-annotation'],
    ['crashes', 'erase'],
    ['show'],
    ['verify'],
    ['republish'],
  ])('explains itself with examples: %s %s', (...args) => {
    const { status, stdout, stderr } = antenna(...args, '--help');
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toContain(`\nExamples:\n  $ antenna ${args.join(' ')} `);
    expect(stdout).toContain('--json');
  });

  it.each([
    [['crashes', 'ls', '--date', '20261131'], /'20261131' is invalid. Must be a day as YYYYMMDD/],
    [['crashes', 'ls', '--date', '20261120', '--stored', '/none'], /\/none is not a directory/],
    [['crashes', 'remove-annotation', '--reason', 'x'], /missing required argument 'name'/],
    [[...erase, '--date', '20261120'], /--state is required to erase by day/],
    [[...erase, '--ids', '/none'], /cannot read \/none: no such file/],
    [['show', 'x'], /not a crash id: "x"/],
    [['verify', '--date', '20261120', '--republish'], /--republish needs --processed, or logs/],
    [['republish', '--date', '20261120', '--data-dir', '/none'], /no data directory at \/none/],
  ])('says in one line what is wrong with %j', (args, message) => {
    const { status, stdout, stderr } = antenna(...args);
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(stderr).toMatch(/^error: .*\n$/);
    expect(stderr).toMatch(message);
  });
});
