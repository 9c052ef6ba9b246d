import { readFile, rename, writeFile } from 'node:fs/promises';
import { isMissing, systemCode } from '#antenna/errors';
import { CliError } from '../cli-error.js';

/** How far a run is, in the order of its crash ids. */
export interface RunPosition {
  /** Crashes up to this one are done; undefined at the beginning. */
  readonly after: string | undefined;
  /** Those that a killed run was working on. */
  readonly inFlight: readonly string[];
  /** Crashes that need attention, also of earlier runs with this file. */
  readonly notChanged: number;
  readonly isComplete: boolean;
}

const format = 1;
export const atStart: RunPosition = {
  after: undefined,
  inFlight: [],
  notChanged: 0,
  isComplete: false,
};

/**
 * The file of `--state`: a position in the order of the crash ids and the few crashes that are in flight, so that it stays
 * small. Replaced by a rename, so that a kill leaves the old or the new one.
 */
export class RunState {
  /** @param run describes what the run does; another run must not continue it */
  constructor(
    readonly path: string | undefined,
    private readonly run: object,
  ) {}

  /** @throws CliError when the file cannot be read, or is that of another run */
  async read(): Promise<RunPosition> {
    if (this.path === undefined) return atStart;
    const stored = await this.readStored(this.path);
    if (stored === undefined) return atStart;
    if (stored['antenna_crashes'] !== format)
      throw new CliError(`${this.path} is not a state file of antenna`);
    if (JSON.stringify(stored['run']) !== JSON.stringify(this.run)) {
      throw new CliError(
        `${this.path} is the state of another run: ${JSON.stringify(stored['run'])}; use the same options or another file`,
      );
    }
    const { after, inFlight, notChanged, isComplete } = stored;
    return {
      after: typeof after === 'string' ? after : undefined,
      inFlight: Array.isArray(inFlight) ? inFlight.filter((id) => typeof id === 'string') : [],
      notChanged: typeof notChanged === 'number' ? notChanged : 0,
      isComplete: isComplete === true,
    };
  }

  async write(position: RunPosition): Promise<void> {
    if (this.path === undefined) return;
    const temporary = `${this.path}.tmp`;
    try {
      const content = { antenna_crashes: format, run: this.run, ...position };
      await writeFile(temporary, `${JSON.stringify(content)}\n`, { mode: 0o600, flush: true });
      await rename(temporary, this.path);
    } catch (error) {
      throw unusable(this.path, error);
    }
  }

  private async readStored(path: string): Promise<Record<string, unknown> | undefined> {
    try {
      const value: unknown = JSON.parse(await readFile(path, 'utf8'));
      return typeof value === 'object' && value !== null ? { ...value } : {};
    } catch (error) {
      if (isMissing(error)) return undefined;
      if (error instanceof SyntaxError) return {};
      throw unusable(path, error);
    }
  }
}

function unusable(path: string, error: unknown): CliError {
  return new CliError(`cannot use the state file ${path}: ${systemCode(error)}`, 1, {
    cause: error,
  });
}
