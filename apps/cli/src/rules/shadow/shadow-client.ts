/** What throttle-config says about a draft that is tried (docs/openapi/throttle-config.json); only the fields in use. */
import type { RulesetProblem } from '#antenna/throttle';
import { CliError } from '../../cli-error.js';
import { askThrottleConfig } from '../fetch-from-throttle-config.js';

export interface ShadowStatus {
  readonly state: 'none' | 'running' | 'ended';
  readonly run?: ShadowRun;
}

export interface ShadowRun {
  readonly id: string;
  readonly revision: string;
  readonly endsAt: string;
  readonly ended?: { readonly reason: string; readonly at: string };
  readonly instances: readonly { readonly instance: string; readonly reportedAt: string }[];
  readonly reports: number;
  readonly evaluated: number;
  readonly changed: number;
  readonly verdicts: readonly VerdictChange[];
  readonly rules: readonly {
    readonly rule: string;
    readonly decided: number;
    readonly errors: number;
  }[];
  readonly products: readonly {
    readonly product: string;
    readonly channel: string;
    readonly evaluated: number;
    readonly changed: number;
  }[];
  readonly cost: { readonly live: Cost; readonly draft: Cost };
}

export interface VerdictChange {
  readonly live: string;
  readonly draft: string;
  readonly reports: number;
}

interface Cost {
  readonly meanUs: number;
  readonly maxUs: number;
}

interface Problem {
  readonly title?: string;
  readonly detail?: string;
  /** Of an invalid draft. */
  readonly errors?: readonly RulesetProblem[];
}

/** The draft is not valid; each error has its line. */
export class InvalidDraft extends CliError {
  constructor(readonly errors: readonly RulesetProblem[]) {
    super('the draft is not valid');
  }
}

const unprocessable = 422;

/** Starts, stops and reads a trial. Every method throws CliError, with the reason that throttle-config gives. */
export class ShadowClient {
  constructor(
    private readonly base: URL,
    private readonly interrupted: AbortSignal,
  ) {}

  async start(yaml: string, time: string): Promise<ShadowRun> {
    return await this.run('POST', JSON.stringify({ ruleset: yaml, for: time }));
  }

  async stop(): Promise<ShadowRun> {
    return await this.run('DELETE');
  }

  async status(): Promise<ShadowStatus> {
    return await this.ask('GET');
  }

  private async run(method: string, body?: string): Promise<ShadowRun> {
    const { run } = await this.ask(method, body);
    if (!run) throw new CliError(`${this.base.href} does not answer as throttle-config does`);
    return run;
  }

  private async ask(method: string, body?: string): Promise<ShadowStatus> {
    const answer = await askThrottleConfig(this.base, '/v1/shadow', this.interrupted, {
      method,
      ...(body !== undefined && { body, headers: { 'content-type': 'application/json' } }),
    });
    if (answer.ok) return this.parse(answer.body) as ShadowStatus;
    const { title, detail, errors } = this.parse(answer.body) as Problem;
    if (answer.status === unprocessable && errors) throw new InvalidDraft(errors);
    throw new CliError(
      // The titles of 400 and 404 only repeat the status.
      [answer.status < 405 ? '' : title, detail].filter(Boolean).join(': ') ||
        `throttle-config answers ${answer.status}`,
    );
  }

  private parse(text: string): unknown {
    try {
      return JSON.parse(text);
    } catch (error) {
      throw new CliError(`${this.base.href} does not answer as throttle-config does`, 1, {
        cause: error,
      });
    }
  }
}
