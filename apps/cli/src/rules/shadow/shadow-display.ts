import { type CliContext, print, printLine } from '../../cli-context.js';
import type { ShadowRun } from './shadow-client.js';
import { shadowText } from './shadow-text.js';

/** A screen of 24 lines holds two tables of this size, and the matrix. */
const liveRows = 5;
const finalRows = 500;

/** Shows the counts while they grow. */
export interface ShadowDisplay {
  show(run: ShadowRun): Promise<void>;
  /** Prints the result. */
  end(run: ShadowRun): Promise<void>;
}

/** JSON lines; a block that is redrawn on a terminal; only the result elsewhere. */
export function shadowDisplay(context: CliContext, { json }: { json: boolean }): ShadowDisplay {
  const { stdout, now } = context;
  if (json) {
    const show = async (run: ShadowRun): Promise<void> => {
      // The rules are long, and the reader has them.
      await printLine(stdout, JSON.stringify({ ...run, ruleset: undefined }));
    };
    return { show, end: show };
  }
  let shown = 0;
  const redraw = async (text: string): Promise<void> => {
    if (shown > 0) await print(stdout, Buffer.from(`\u001B[${shown}A\u001B[J`));
    await print(stdout, text);
    shown = rowsOf(text, stdout.columns);
  };
  return {
    show: async (run) => {
      if (stdout.isTTY === true) await redraw(shadowText(run, now(), liveRows));
    },
    end: async (run) => await redraw(shadowText(run, now(), finalRows)),
  };
}

/** Lines of a terminal, which wraps long ones. */
function rowsOf(text: string, columns = Infinity): number {
  const lines = text.split('\n').slice(0, -1);
  return lines.reduce((rows, line) => rows + Math.max(1, Math.ceil(line.length / columns)), 0);
}
