import { styleText } from 'node:util';
import pino from 'pino';
import { type Colour, prettyLine } from './pretty-line.js';

/** Anything that accepts a line: a stream, or an array in a test. */
export interface LogDestination {
  write(line: string): unknown;
}

/** Writes the logger's lines unchanged. */
export function jsonDestination(given?: LogDestination): LogDestination {
  return given ? guarded(given) : standardOutput();
}

/** Writes the logger's lines in a human-readable form, coloured if the terminal supports it. */
export function prettyDestination(given?: LogDestination): LogDestination {
  const out = jsonDestination(given);
  const colour: Colour = given
    ? (_style, text) => text
    : (style, text) => styleText(style, text, { stream: process.stdout });
  return { write: (line) => out.write(prettyLine(line, colour)) };
}

/** Writes each line to both. */
export function withCopy(out: LogDestination, copy: LogDestination): LogDestination {
  return {
    write: (line) => {
      copy.write(line);
      return out.write(line);
    },
  };
}

/** Synchronous: each line is written before the next statement runs, so nothing is lost at exit. */
function standardOutput(): LogDestination {
  const out = pino.destination({ fd: 1, sync: true });
  // A closed pipe (EPIPE) or a full disk loses log lines but must not stop the service.
  out.on('error', () => undefined);
  return out;
}

function guarded(out: LogDestination): LogDestination {
  return {
    write: (line) => {
      try {
        return out.write(line);
      } catch {
        // There is nowhere to report that the log cannot be written.
        return false;
      }
    },
  };
}
