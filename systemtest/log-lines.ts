import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';

/** Log lines of the services about crashes. */
export interface LogLines {
  /** Those since the logs were opened. */
  since(): Promise<readonly string[]>;
  close(): void;
}

/** Only lines with a crash id are kept. */
const aboutCrash = /[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}/;

/** @param path a file that grows while the services run, or `-` for the stream */
export async function openLogLines(path: string, stdin: Readable): Promise<LogLines> {
  return path === '-' ? streamedLines(stdin) : await linesOfFile(path);
}

function streamedLines(stdin: Readable): LogLines {
  const lines: string[] = [];
  const reader = createInterface(stdin);
  reader.on('line', (line) => {
    if (aboutCrash.test(line)) lines.push(line);
  });
  return {
    since: async () => lines,
    close: () => {
      reader.close();
      stdin.destroy();
    },
  };
}

async function linesOfFile(path: string): Promise<LogLines> {
  const { size: start } = await stat(path);
  return {
    since: async () => {
      // A shorter file is a new one.
      const from = (await stat(path)).size < start ? 0 : start;
      const lines: string[] = [];
      for await (const line of createInterface(createReadStream(path, { start: from })))
        if (aboutCrash.test(line)) lines.push(line);
      return lines;
    },
    close: () => undefined,
  };
}
