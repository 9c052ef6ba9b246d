import { type SignatureInput, type SignatureLists, signatureOf } from '#antenna/signature';
import { type CliContext, print, printLine } from '../cli-context.js';
import { CliError } from '../cli-error.js';
import { formatTable } from '../human-units.js';
import { inOneLine } from '../terminal-safe.js';
import { type StoreOptions, withStoredCrashes } from '../stored/with-stored-crashes.js';
import { framesInFile } from './frames-in-file.js';
import { readLists } from './read-lists.js';
import { readStoredInput } from './stored-input.js';

interface ExplainChoice {
  readonly lists?: string;
  readonly json?: true;
}

/** What was stored when the crash was processed. */
interface Stored {
  readonly signature: string;
  /** Revision of the lists. */
  readonly lists: string;
}

/** Explains the signature of a stored crash, and whether it is still the stored one. */
export async function explainCrash(
  crashId: string,
  options: ExplainChoice & StoreOptions,
  context: CliContext,
): Promise<void> {
  const lists = await readLists(options.lists, context);
  await withStoredCrashes(options, context, async (crashes) => {
    const found = await readStoredInput(crashes, crashId);
    if (!found) {
      const advice = `antenna show ${crashId} says what is stored`;
      throw new CliError(`no processed crash ${crashId} in ${crashes.location}; ${advice}`);
    }
    const { signature, processor } = found.processed;
    const stored = { signature, lists: processor.signature_lists };
    await explain(found.input, { lists, stored, json: options.json === true }, context);
  });
}

/** Explains the signature of frames in a file. */
export async function explainFrames(
  file: string,
  options: ExplainChoice,
  context: CliContext,
): Promise<void> {
  if (file === '-' && options.lists === '-')
    throw new CliError('frames and lists cannot both come from standard input');
  const lists = await readLists(options.lists, context);
  const input = await framesInFile(file, context);
  await explain(input, { lists, json: options.json === true }, context);
}

async function explain(
  input: SignatureInput,
  { lists, stored, json }: { lists: SignatureLists; stored?: Stored; json: boolean },
  { stdout }: CliContext,
): Promise<void> {
  const result = signatureOf(input, lists);
  if (json) {
    const document = { lists: lists.revision, ...result, stored: stored ?? null };
    await printLine(stdout, JSON.stringify(document, null, 2));
    return;
  }
  const rows = result.steps.map(({ rule, detail }, index) => [String(index + 1), rule, detail]);
  await print(stdout, formatTable(rows, { right: [0] }));
  const notes = result.notes.map((note) => `note: ${note}\n`);
  await print(stdout, `\n${notes.join('')}signature: ${result.signature}\n`);
  if (!stored || stored.signature === result.signature) return;
  const revisions = `with lists ${inOneLine(stored.lists)}; these are ${lists.revision}`;
  const text = `stored:    ${inOneLine(stored.signature)}\n(${revisions}; antenna republish has it processed again)\n`;
  await print(stdout, text);
}
