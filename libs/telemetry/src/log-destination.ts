import { styleText } from 'node:util';
import pino from 'pino';
import { type Colour, prettyLine } from './pretty-line.js';

/** Anything that takes a line of text: a stream, or an array in a test. */
export interface LogDestination {
  write(line: string): unknown;
}

/** Takes the logger's lines as they are. */
export function jsonDestination(given?: LogDestination): LogDestination {
  return given ? guarded(given) : standardOutput();
}

/** Takes the logger's lines and writes each for a person; in colour when that person's terminal shows colours. */
export function prettyDestination(given?: LogDestination): LogDestination {
  const out = jsonDestination(given);
  const colour: Colour = given
    ? (_style, text) => text
    : (style, text) => styleText(style, text, { stream: process.stdout });
  return { write: (line) => out.write(prettyLine(line, colour)) };
}

/** Synchronous: a line is out before the next statement runs, so an exit loses nothing. */
function standardOutput(): LogDestination {
  const out = pino.destination({ fd: 1, sync: true });
  // A reader that went away (EPIPE) or a full disk costs log lines, not the service.
  out.on('error', () => undefined);
  return out;
}

function guarded(out: LogDestination): LogDestination {
  return {
    write: (line) => {
      try {
        return out.write(line);
      } catch {
        // There is no better place to report that the log cannot be written.
        return false;
      }
    },
  };
}
