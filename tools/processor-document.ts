import { readFileSync } from 'node:fs';

import { copiedAnnotations, processedCrashSchema } from '#antenna/processed-crash';

import { code, markdownTable } from './markdown-table.js';

const file = 'docs/processor.md';
const fieldTable = /^\| Field \| Meaning \|\n(?:\|.*\n)+/m;
const annotationList = /(?<=\nadds:\n\n)[^]*$/;

/** docs/processor.md, in which the table of fields and the list of annotations are generated. */
export function processorDocument(): string {
  const { properties, patternProperties } = processedCrashSchema;
  const [other] = Object.values(patternProperties);
  const fields = [
    ...Object.entries(properties).map(([name, { description }]) => [code(name), description]),
    [code('upload_file_minidump_…'), other?.description ?? ''],
  ];
  const document = readFileSync(file, 'utf8');
  if (!fieldTable.test(document) || !annotationList.test(document))
    throw new Error(`${file} has no table of fields, or no list of annotations`);
  return document
    .replace(fieldTable, () => `${markdownTable(['Field', 'Meaning'], fields)}\n`)
    .replace(annotationList, () => `${copiedAnnotations.map(code).join(', ')}\n`);
}

/** The generated `docs/processed-crash.schema.json`. */
export function processedCrashSchemaFiles(): Readonly<Record<string, string>> {
  return { 'docs/processed-crash.schema.json': JSON.stringify(processedCrashSchema) };
}
