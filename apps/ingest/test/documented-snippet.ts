import { readFile } from 'node:fs/promises';

import { type ProcessExit, startProcess } from '#antenna/testing';

const file = new URL('../../../docs/submission.md', import.meta.url);

/** The only code block of docs/submission.md in this language that contains the string. */
export async function documentedSnippet(language: string, part: string): Promise<string> {
  const blocks = (await readFile(file, 'utf8')).matchAll(/^```(\w+)\n(.*?)^```$/gms);
  const found = [...blocks].filter(
    ([, name, text = '']) => name === language && text.includes(part),
  );
  const snippet = found[0]?.[2];
  if (snippet === undefined || found.length > 1)
    throw new Error(`${found.length} ${language} blocks with ${part} in docs/submission.md`);
  return snippet;
}

/** The snippet with the port of an ingest under test in place of the address that its reader replaces. */
export function sentTo(port: number, snippet: string): string {
  const example = 'https://crashes.example.com/submit';
  if (!snippet.includes(example)) throw new Error(`${snippet} does not contain ${example}`);
  return snippet.replaceAll(example, `http://127.0.0.1:${port}/submit`);
}

/** Runs shell commands to their end. */
export async function runShell(
  script: string,
  cwd: string,
): Promise<ProcessExit & { readonly output: string }> {
  const shell = await startProcess(['-euc', script], { command: 'sh', cwd });
  const exit = await shell.exit;
  return { ...exit, output: `${shell.stdout.join('\n')}\n` };
}
