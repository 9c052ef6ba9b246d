import { basename } from 'node:path';
import {
  CrashReport,
  type EncodedReport,
  sampleAnnotations,
  sampleMinidump,
  sampleReport,
} from '#antenna/crash-client';
import { errorMessage } from '#antenna/errors';
import { CliError } from '../cli-error.js';
import { readInput } from '../read-input.js';

/** What to send; parts that are not given come from a sample report. */
export interface ReportPlan {
  /** Replace the sample's annotations, or are sent as key/value parts beside the file's. */
  readonly annotations: readonly (readonly [name: string, value: string])[];
  /** A file with a JSON object, sent unchanged instead of the sample's annotations. */
  readonly extraFile?: string;
  /** Files to send instead of the sample's minidump. */
  readonly dumpFiles: readonly (readonly [name: string, file: string])[];
  /** Size of the sample's minidump in bytes; 0 sends none. */
  readonly dumpBytes: number;
  readonly gzip: boolean;
  readonly now: Date;
}

/** Number of different sample reports, which limits memory and the time to generate them. */
const samples = 4;

/**
 * Reads the plan's files and returns a function that builds the report with a given index.
 * @throws CliError when a file cannot be read or is not valid
 */
export async function outgoingReports(plan: ReportPlan): Promise<(index: number) => EncodedReport> {
  const extra = plan.extraFile === undefined ? undefined : await readExtra(plan.extraFile);
  const dumps: { name: string; filename: string; bytes: Buffer }[] = [];
  for (const [name, file] of plan.dumpFiles)
    dumps.push({ name, filename: basename(file), bytes: await readInput(file) });

  const build = (seed: number): EncodedReport => {
    let report = annotated(plan, { extra, seed });
    for (const { name, filename, bytes } of dumps)
      report = report.withDump(name, bytes, { filename });
    return (plan.gzip ? report.gzipped() : report).build();
  };
  const built = new Map<number, EncodedReport>();
  return (index) => {
    const seed = index % samples;
    const report = built.get(seed) ?? build(seed);
    built.set(seed, report);
    return report;
  };
}

function annotated(
  plan: ReportPlan,
  { extra, seed }: { extra: string | undefined; seed: number },
): CrashReport {
  const { now, dumpBytes } = plan;
  const annotations = Object.fromEntries(plan.annotations);
  const withMinidump = plan.dumpFiles.length === 0 && dumpBytes > 0;
  if (extra === undefined) {
    return withMinidump
      ? sampleReport({ seed, now, dumpBytes, annotations })
      : new CrashReport().withExtra({ ...sampleAnnotations({ seed, now }), ...annotations });
  }
  const report = new CrashReport().withExtra(extra).withAnnotations(annotations);
  return withMinidump
    ? report.withDump('upload_file_minidump', sampleMinidump({ seed, now, dumpBytes }))
    : report;
}

async function readExtra(file: string): Promise<string> {
  const text = (await readInput(file)).toString();
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    const reason = errorMessage(error).replaceAll('\n', ' ');
    throw new CliError(`${file} is not JSON: ${reason}`, 1, { cause: error });
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new CliError(`${file} is not a JSON object of annotations`);
  return text;
}
