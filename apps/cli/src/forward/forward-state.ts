/**
 * The file of `--state`: a first line with the target, then the id of each forwarded crash, appended when its answer has
 * come. A killed run leaves at most a partial last line, whose crash is sent again. A list and not a position, because new
 * crashes of a day can be stored before those that were sent.
 */
import { type FileHandle, open } from 'node:fs/promises';
import { systemCode } from '#antenna/errors';
import { CliError } from '../cli-error.js';

const firstWord = 'antenna-forward-1';
/** Also ids of other collectors. */
const idPattern = /^[0-9a-f-]{36}$/;
const partialIdPattern = /^[0-9a-f-]{0,36}$/;

export class ForwardState {
  private written: Promise<void> = Promise.resolve();

  private constructor(
    private readonly file: string,
    private readonly handle: FileHandle,
    private readonly done: ReadonlySet<string>,
  ) {}

  /**
   * Opens the file, or creates it for this target.
   * @throws CliError when it cannot be used, or belongs to another target
   */
  static async open(file: string, url: URL): Promise<ForwardState> {
    const handle = await open(file, 'a+').catch((error: unknown) => {
      throw unusable(file, error);
    });
    try {
      const bytes = await handle.readFile();
      const complete = bytes.subarray(0, bytes.lastIndexOf('\n') + 1);
      const partial = bytes.subarray(complete.length).toString('latin1');
      const target = url.origin + url.pathname;
      const head = `${firstWord} ${target}\n`;
      const done = doneIn(complete.toString(), file, target);
      // Before the file is changed: it may be another one, whose name was given by mistake.
      if (!(complete.length === 0 ? head.startsWith(partial) : partialIdPattern.test(partial)))
        throw notAState(file);
      if (partial !== '') await handle.truncate(complete.length);
      if (complete.length === 0) await handle.appendFile(head);
      return new ForwardState(file, handle, done);
    } catch (error) {
      await handle.close();
      throw error instanceof CliError ? error : unusable(file, error);
    }
  }

  isDone(crashId: string): boolean {
    return this.done.has(crashId);
  }

  /** Resolves when the line is written: it then survives the end of this process. */
  async record(crashId: string): Promise<void> {
    this.written = this.written.then(() => this.handle.appendFile(`${crashId}\n`));
    await this.written.catch((error: unknown) => {
      throw unusable(this.file, error);
    });
  }

  async close(): Promise<void> {
    await this.handle.close();
  }
}

function doneIn(text: string, file: string, target: string): Set<string> {
  if (text === '') return new Set();
  const [head = '', ...lines] = text.trimEnd().split('\n');
  const [word, madeFor] = head.split(' ');
  if (word !== firstWord) throw notAState(file);
  if (madeFor !== target)
    throw new CliError(`${file} is the state of a run to ${madeFor}, not to ${target}`);
  const bad = lines.findIndex((line) => !idPattern.test(line));
  if (bad >= 0) throw new CliError(`${file}:${bad + 2}: not a crash id`);
  return new Set(lines);
}

function notAState(file: string): CliError {
  return new CliError(`${file} is not a state file of antenna forward`);
}

function unusable(file: string, error: unknown): CliError {
  return new CliError(`cannot use the state file ${file}: ${systemCode(error)}`, 1, {
    cause: error,
  });
}
