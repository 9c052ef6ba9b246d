import { type FileHandle, open } from 'node:fs/promises';
import { hostname, userInfo } from 'node:os';
import process from 'node:process';
import { systemCode } from '#antenna/errors';
import { type CliContext, printLine } from '../cli-context.js';
import { CliError } from '../cli-error.js';

/** What is going to happen to a crash. */
export interface AuditedChange {
  readonly action: 'erase' | 'remove-annotation';
  readonly crashId: string;
  readonly reason: string;
  readonly [detail: string]: unknown;
}

/**
 * Who changes which crash, when and why: a line of JSON for each, written before the change, so that no change is without
 * one. After a kill between the two, the next run writes the line again.
 */
export class AuditLog {
  private constructor(
    private readonly file: FileHandle | undefined,
    private readonly context: CliContext,
    private readonly who: object,
  ) {}

  /**
   * @param path a file to append to; standard error if undefined
   * @throws CliError when it cannot be opened
   */
  static async open(path: string | undefined, context: CliContext): Promise<AuditLog> {
    const file =
      path === undefined
        ? undefined
        : await open(path, 'a', 0o600).catch((error: unknown) => {
            throw new CliError(`cannot open the audit file ${path}: ${systemCode(error)}`, 1, {
              cause: error,
            });
          });
    return new AuditLog(file, context, whoIn(context.environment));
  }

  async record(change: AuditedChange): Promise<void> {
    const line = JSON.stringify({ time: this.context.now().toISOString(), ...change, ...this.who });
    if (this.file) await this.file.appendFile(`${line}\n`);
    else await printLine(this.context.stderr, line);
  }

  /** Makes the lines durable. */
  async sync(): Promise<void> {
    await this.file?.datasync();
  }

  async close(): Promise<void> {
    await this.file?.close();
  }
}

/** The user of the machine, and what the environment says of the identity on AWS; CloudTrail has the proof of it. */
function whoIn({
  AWS_ROLE_ARN,
  AWS_PROFILE,
  AWS_ACCESS_KEY_ID,
}: CliContext['environment']): object {
  const aws = AWS_ROLE_ARN ?? AWS_PROFILE ?? AWS_ACCESS_KEY_ID;
  return { user: userName(), host: hostname(), ...(aws !== undefined && { aws }) };
}

function userName(): string {
  try {
    return userInfo().username;
  } catch {
    // A container may run as a user without a name.
    return `uid ${process.getuid?.()}`;
  }
}
