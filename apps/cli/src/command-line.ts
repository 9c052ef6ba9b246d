import process from 'node:process';
import { runCli } from './run-cli.js';
import { systemCode } from '#antenna/errors';

// Once: a second signal ends the process immediately.
const interruption = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => interruption.abort());

// Without a listener, a closed pipe ends the process with a stack trace. The failed write reports it to its
// command.
for (const output of [process.stdout, process.stderr]) {
  output.on('error', (error) => {
    if (systemCode(error) !== 'EPIPE') throw error;
  });
}

// oxlint-disable-next-line no-process-env -- the one place where the command line reads the environment
const environment = process.env;
const { ANTENNA_DATA_DIR: dataDirectory } = environment;

process.exitCode = await runCli(process.argv.slice(2), {
  stdin: process.stdin,
  stdout: process.stdout,
  stderr: process.stderr,
  dataDirectory: dataDirectory === undefined || dataDirectory === '' ? 'data' : dataDirectory,
  environment,
  now: () => new Date(),
  random: Math.random,
  interrupted: interruption.signal,
});
