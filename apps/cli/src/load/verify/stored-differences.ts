import { isJsonObject, type JsonValue, sortedJson } from '#antenna/crash-report';
import type { ExpectedCrash } from '#antenna/report-corpus';
import type { StoredCrash } from '#antenna/stored-crashes';

/** The keys that the collector adds to the annotations (docs/architecture.md, "Stored layout"). */
const added: ReadonlySet<string> = new Set(['metadata', 'submitted_timestamp', 'uuid', 'version']);

/** Describes each difference between a stored crash and what was sent: annotations by value, dumps byte for byte. */
export async function storedDifferences(
  crash: StoredCrash,
  expected: ExpectedCrash,
): Promise<string[]> {
  const differences = annotationDifferences(crash.rawCrash, expected.annotations);
  const names = new Set(expected.dumps.map(({ name }) => name));
  for (const name of crash.dumpNames)
    if (!names.has(name)) differences.push(`dump ${name} was not sent`);
  for (const { name, chunks } of expected.dumps) {
    const { bytes } = await crash.readDump(name);
    const listed = crash.dumpNames.includes(name)
      ? ''
      : ', which is not in the list of dump names,';
    const difference = bytes === undefined ? 'is missing' : byteDifference(bytes, chunks);
    if (difference !== undefined || listed !== '')
      differences.push(`dump ${name}${listed} ${difference ?? 'is as sent'}`);
  }
  return differences;
}

function annotationDifferences(
  rawCrash: JsonValue,
  expected: Readonly<Record<string, unknown>>,
): string[] {
  if (!isJsonObject(rawCrash)) return ['the raw crash is no JSON object'];
  const differences: string[] = [];
  for (const [name, value] of Object.entries(expected)) {
    const stored = Object.hasOwn(rawCrash, name) ? rawCrash[name] : undefined;
    if (stored === undefined) differences.push(`annotation ${name} is missing`);
    else if (sortedJson(stored) !== sortedJson(value as JsonValue))
      differences.push(`annotation ${name} differs`);
  }
  for (const name of Object.keys(rawCrash)) {
    if (!added.has(name) && !Object.hasOwn(expected, name))
      differences.push(`annotation ${name} was not sent`);
  }
  return differences;
}

function byteDifference(stored: Buffer, sent: readonly Buffer[]): string | undefined {
  let start = 0;
  for (const chunk of sent) {
    const part = stored.subarray(start, start + chunk.length);
    if (!part.equals(chunk)) {
      const within = chunk.findIndex((byte, index) => byte !== part[index]);
      return `differs from byte ${start + within} on`;
    }
    start += chunk.length;
  }
  return stored.length === start ? undefined : `has ${stored.length} bytes instead of ${start}`;
}
