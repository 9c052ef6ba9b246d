import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';

/** An AWS call in the terms of IAM. */
export interface AwsCall {
  /** `s3:PutObject` */
  readonly action: string;
  /** `arn:aws:s3:::bucket/key` */
  readonly resource: string;
}

interface Statement {
  readonly Effect: 'Allow';
  readonly Action: readonly string[];
  readonly Resource: readonly string[];
}

/** A policy of k8s/iam, evaluated like IAM evaluates allow statements without conditions. */
export class IamPolicy {
  private constructor(private readonly statements: readonly Statement[]) {}

  static ofComponent(component: string): IamPolicy {
    const file = resolve(import.meta.dirname, `../../k8s/iam/${component}.json`);
    const document = JSON.parse(readFileSync(file, 'utf8')) as { Statement: Statement[] };
    return new IamPolicy(document.Statement);
  }

  /** The policy that an operator wrote who forgot an action. */
  without(action: string): IamPolicy {
    const rest = (actions: readonly string[]): string[] => actions.filter((one) => one !== action);
    return new IamPolicy(
      this.statements.map((statement) => ({ ...statement, Action: rest(statement.Action) })),
    );
  }

  /** All actions that it allows on some resource, sorted. */
  get actions(): string[] {
    return [...new Set(this.statements.flatMap(({ Action: actions }) => actions))].toSorted();
  }

  allows({ action, resource }: AwsCall): boolean {
    return this.statements.some(
      (statement) =>
        statement.Action.includes(action) &&
        statement.Resource.some((pattern) => matches(pattern, resource)),
    );
  }
}

/** IAM's `*` stands for any characters, slashes included. */
function matches(pattern: string, text: string): boolean {
  const [first = '', ...rest] = pattern.split('*');
  if (rest.length === 0) return pattern === text;
  const last = rest.pop() ?? '';
  if (!text.startsWith(first) || !text.endsWith(last)) return false;
  let at = first.length;
  for (const piece of rest) {
    const found = text.indexOf(piece, at);
    if (found === -1) return false;
    at = found + piece.length;
  }
  return at <= text.length - last.length;
}
