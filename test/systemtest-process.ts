import { resolve } from 'node:path';

import { startProcess } from '#antenna/testing';

const entry = resolve(import.meta.dirname, '../dist/systemtest/main.js');

/** What `systemtest --json` prints. */
export interface SystemtestDocument {
  readonly ok: boolean;
  readonly runId: string;
  readonly counts: Readonly<Record<'ok' | 'failed' | 'skipped', number>>;
  readonly checks: readonly { name: string; status: string; message?: string }[];
}

/** Long options by name; `true` for those without a value. */
export type SystemtestArguments = Readonly<Record<string, string | true>>;

/** Runs the built system test as a separate process. */
export async function runSystemtest(
  options: SystemtestArguments,
  env: Readonly<Record<string, string>> = {},
): Promise<{ code: number | null; stdout: readonly string[]; stderr: readonly string[] }> {
  const args = Object.entries(options).flatMap(([name, value]) =>
    value === true ? [`--${name}`] : [`--${name}`, value],
  );
  const command = await startProcess([entry, ...args], { env });
  const { code } = await command.exit;
  return { code, stdout: command.stdout, stderr: command.stderr };
}

/** Runs it with `--json`. Throws when it prints an error. */
export async function judgedBySystemtest(
  options: SystemtestArguments,
  env: Readonly<Record<string, string>> = {},
): Promise<SystemtestDocument & { code: number | null }> {
  const { code, stdout, stderr } = await runSystemtest({ ...options, json: true }, env);
  if (stderr.length > 0) throw new Error(stderr.join('\n'));
  return { code, ...(JSON.parse(stdout.join('\n')) as SystemtestDocument) };
}

/** The names of the checks with this status. */
export function checksThat(status: string, { checks }: SystemtestDocument): string[] {
  return checks.filter((check) => check.status === status).map(({ name }) => name);
}
