import { type Command, Option } from 'commander';
import { type CliContext, print, printLine } from '../cli-context.js';
import { CliError } from '../cli-error.js';
import type { NamedFinding } from '../doctor/check.js';
import type { DoctorOptions } from '../doctor/examine.js';
import { roles } from '../doctor/roles.js';
import { countOf, formatTable } from '../human-units.js';
import { durationOption, parseHttpUrl } from '../option-values.js';

/** `antenna doctor`: checks from outside what usually goes wrong in a deployment. */
export function addDoctorCommand(program: Command, context: CliContext): void {
  program
    .command('doctor')
    .description('Check buckets, queues, roles, clock, endpoints and rules of a deployment.')
    .addOption(
      new Option(
        '--as <role>',
        'check only what the identity of this environment can and cannot do in this role',
      ).choices(Object.keys(roles)),
    )
    .option(
      '--ingest-url <url>',
      'address of ingest (default with a data directory: where it runs)',
      parseHttpUrl,
    )
    .option(
      '--throttle-config-url <url>',
      'address of throttle-config (default: THROTTLE_CONFIG_URL; with a data directory: where it runs)',
      parseHttpUrl,
    )
    .option('--skip <check...>', 'leave out these checks, such as crashes.encryption or crashes')
    .option('--strict', 'exit with 1 for warnings, too')
    .addOption(durationOption('--timeout <duration>', 'how long each check may take', '10s'))
    .option('--data-dir <path>', 'data directory of the services', context.dataDirectory)
    .option('--json', 'print one JSON document')
    .addHelpText(
      'after',
      `
Examples:
  $ antenna doctor
  $ antenna doctor --ingest-url http://antenna-ingest:8000 --json
  $ antenna doctor --as ingest

Each line is ok, skipped (not known by this server, or not configured), warning, or error, with the fix. Changes no
setting. --as tries calls that have no effect on crashes: objects that do not exist, conditions that cannot be met, the
object of the services' health checks, and a message that crashmover deletes.`,
    )
    .action(async (options: DoctorOptions) => await doctor(options, context));
}

async function doctor(options: DoctorOptions, context: CliContext): Promise<void> {
  // The SDK is slow to load: other commands start without it.
  const { examine } = await import('../doctor/examine.js');
  const findings = await examine(options, context);
  if (context.interrupted.aborted) throw new CliError('interrupted', 130);
  const count = (wanted: NamedFinding['status']): number =>
    findings.filter(({ status }) => status === wanted).length;
  const [errors, warnings] = [count('error'), count('warning')];
  if (options.json === true) {
    const document = { ok: count('ok'), skipped: count('skipped'), warnings, errors, findings };
    await printLine(context.stdout, JSON.stringify(document, null, 2));
  } else {
    const rows = findings.map(({ status, name, message, fix }) => [
      status,
      name,
      fix === undefined ? message : `${message}. Fix: ${fix}`,
    ]);
    await print(context.stdout, formatTable(rows));
  }
  if (errors > 0 || (options.strict === true && warnings > 0)) {
    throw new CliError(
      `${countOf(errors, 'error', 'errors')}, ${countOf(warnings, 'warning', 'warnings')}`,
    );
  }
}
