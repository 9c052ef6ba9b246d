import process from 'node:process';

import { OptionError, parseOptions } from './options.js';
import { jsonReporter, textReporter } from './report.js';
import { systemtest } from './systemtest.js';

// Once: a second Ctrl-C ends the process at once, without a clean-up.
const interruption = new AbortController();
process.once('SIGINT', () => interruption.abort());
process.once('SIGTERM', () => interruption.abort());

const out = (text: string): void => void process.stdout.write(text);
const err = (text: string): void => void process.stderr.write(text);

try {
  const options = parseOptions(process.argv.slice(2), out);
  if (options) {
    const passed = await systemtest(options, {
      reporter: options.json ? jsonReporter(out) : textReporter(out),
      stdin: process.stdin,
      now: () => new Date(),
      clock: () => performance.now(),
      interrupted: interruption.signal,
    });
    process.exitCode = passed ? 0 : 1;
  }
} catch (error) {
  process.exitCode = 2;
  err(error instanceof OptionError ? `error: ${error.message}\n` : `${String(error)}\n`);
}
