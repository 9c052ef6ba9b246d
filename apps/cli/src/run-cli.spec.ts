import { describe, expect, it } from '@jest/globals';
import type { Command } from 'commander';
import { runCaptured, testContext } from '../test/run-captured.js';
import { commandLine } from './run-cli.js';

describe('the command line', () => {
  it.each([
    [['--help']],
    [['send', '--help']],
    [['show', '--help']],
    [['crashes', 'ls', '--help']],
    [['verify', '--help']],
    [['crashes', 'remove-annotation', '--help']],
    [['crashes', 'erase', '--help']],
    [['queue', 'receive', '--help']],
    [['staging', 'ls', '--help']],
    [['dead-letter', 'ls', '--help']],
    [['dead-letter', 'show', '--help']],
    [['dead-letter', 'redrive', '--help']],
    [['republish', '--help']],
    [['rules', 'check', '--help']],
    [['rules', 'try', '--help']],
    [['rules', 'explain', '--help']],
  ])('prints usage with an example: %j', async (args) => {
    const { code, stdout, stderr } = await runCaptured(args);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain('Usage: antenna');
    expect(stdout).toMatch(/\$ (?:\w+=\S+ )*antenna \w+/);
  });

  it.each([
    [['sned'], "error: unknown command 'sned' (Did you mean send?)\n"],
    [['send', '--cuont', '3'], "error: unknown option '--cuont' (Did you mean --count?)\n"],
    [['show'], "error: missing required argument 'crash id'\n"],
    [
      ['send', '--count', '0'],
      "error: option '--count <number>' argument '0' is invalid. Must be a whole number from 1 to 100000000.\n",
    ],
    [
      ['send', '--url', 'localhost:8000'],
      "error: option '--url <url>' argument 'localhost:8000' is invalid. Must be an address such as http://127.0.0.1:8000/submit.\n",
    ],
    [
      ['queue', 'ls'],
      'error: no data directory at /nonexistent/data; give one with --data-dir or in ANTENNA_DATA_DIR\n',
    ],
  ])('reports a mistake in one line: %j', async (args, line) => {
    expect(await runCaptured(args)).toEqual({ code: 1, stdout: '', stderr: line });
  });

  it('has --json on every command', () => {
    const withoutJson = leavesOf(commandLine(testContext()))
      .filter(({ command }) => command.options.every(({ long }) => long !== '--json'))
      .map(({ path }) => path);
    // Their output is for a shell.
    expect(withoutJson).toEqual(['completion', 'complete']);
  });

  it('lists its commands on stderr without a command', async () => {
    const { code, stdout, stderr } = await runCaptured([]);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toContain('Commands:');
  });
});

function leavesOf(command: Command, path: readonly string[] = []): Leaf[] {
  if (command.commands.length === 0) return [{ command, path: path.join(' ') }];
  return command.commands.flatMap((child) => leavesOf(child, [...path, child.name()]));
}

interface Leaf {
  readonly command: Command;
  readonly path: string;
}
