import { readFileSync } from 'node:fs';

import { parseSignatureLists, type SignatureLists } from '#antenna/signature';

/** The lists that are part of the program (YAML). */
export function bundledSignatureListsText(): string {
  return readFileSync(new URL(import.meta.resolve('#signature-lists')), 'utf8');
}

/** The same, compiled: for who has no lists of their own. */
export function bundledSignatureLists(): SignatureLists {
  const { lists, errors } = parseSignatureLists(bundledSignatureListsText());
  if (lists === undefined) throw new Error(`the bundled signature lists: ${errors[0]?.message}`);
  return lists;
}
