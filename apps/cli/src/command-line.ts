import process from 'node:process';
import { runCli } from './run-cli.js';
import { systemCode } from './cli-error.js';

// Once: a second Ctrl-C ends the process at once, as it would without us.
const interruption = new AbortController();
process.once('SIGINT', () => interruption.abort());

// Without a listener, a reader that goes away would end the process with a stack trace; the write that
// failed reports it to its command.
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
