import type { NamedFinding } from '../src/doctor/check.js';
import type { CapturedRun } from './run-captured.js';

/** `antenna doctor` as a spec runs it. */
export function doctorOf(run: (args: readonly string[]) => Promise<CapturedRun>) {
  return {
    run: (...args: string[]) => run(args),
    /** By the name of the check. */
    async findings(...args: string[]): Promise<Record<string, Omit<NamedFinding, 'name'>>> {
      const { stdout } = await run([...args, '--json']);
      const { findings } = JSON.parse(stdout) as { findings: readonly NamedFinding[] };
      return Object.fromEntries(findings.map(({ name, ...finding }) => [name, finding]));
    },
  };
}
