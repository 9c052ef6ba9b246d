import {
  type AnnotationPath,
  type AnnotationRemoval,
  type JsonValue,
  parseJson,
  removeAnnotations,
  processedCrashKey,
} from '#antenna/crash-report';
import { hasAnnotation, readProcessedCrash } from '#antenna/processed-crash';
import type { StoredCrashes } from '#antenna/stored-crashes';
import type { Command } from 'commander';
import { type CliContext, printLine } from '../cli-context.js';
import { CliError } from '../cli-error.js';
import { inOneLine } from '../terminal-safe.js';
import {
  addChangeOptions,
  changeCrashes,
  type ChangeOptions,
  type ChangeRun,
} from '../crashes/change-crashes.js';
import { crashesOfDays, namedCrashes } from '../crashes/crashes-to-change.js';
import {
  addFilterOptions,
  type CrashFilter,
  crashFilter,
  type FilterOptions,
} from '../crashes/crash-filter.js';
import { addIdOptions, digestOf, type IdOptions, namedIds } from '../crashes/named-crashes.js';
import { collectAnnotationPaths } from '../option-values.js';
import { type IndexRemoval, withIndexRemoval } from '../crash-index/index-removal.js';
import {
  addStoreOptions,
  type StoreOptions,
  withStoredCrashes,
} from '../stored/with-stored-crashes.js';

interface RemoveOptions extends ChangeOptions, FilterOptions, IdOptions, StoreOptions {}

/** What the collector writes, and its readers need. */
const ownFields: ReadonlySet<string> = new Set([
  'metadata',
  'submitted_timestamp',
  'uuid',
  'version',
]);

/** `antenna crashes remove-annotation`: removes what should not have been collected. */
export function addRemoveAnnotationCommand(crashes: Command, context: CliContext): void {
  const command = crashes
    .command('remove-annotation')
    .description('Remove annotations, or values inside them, from stored raw crashes.')
    .argument('<name...>', 'annotations, or NAME#/json/pointer', collectAnnotationPaths);
  addStoreOptions(addChangeOptions(addFilterOptions(addIdOptions(command))), context)
    .addHelpText(
      'after',
      `
Examples:
  $ antenna crashes remove-annotation URL --since 20261101 --reason "bug 1234" --dry-run
  $ antenna crashes remove-annotation TelemetryEnvironment#/profile/creationDate --since 20261101 \\
      --product Firefox --reason "bug 1234" --state removal.json --audit audit.jsonl --stored s3://crashes
  $ antenna crashes remove-annotation URL --ids ids.txt --reason "request 77" --stored s3://crashes

Each changed crash gets a collector note. A crash that is changed by another writer meanwhile is read again. New crashes
of a day can be stored behind the run: end the collection first, and run it again for that day. An object of S3 that is
rewritten expires as a new one. A processed crash that has one of the annotations, or a signature that may come from it,
is deleted: run antenna republish with the printed ids to make a new one.`,
    )
    .action(async (paths: readonly AnnotationPath[], options: RemoveOptions) => {
      const own = paths.find(({ annotation }) => ownFields.has(annotation));
      if (own)
        throw new CliError(`${own.annotation} is a field of the collector, not an annotation`);
      for (const { source, steps } of paths) {
        if (steps.length > 0 || !source.includes('#')) continue;
        const note = `note: ${source} is taken as the name of an annotation; a value inside one is NAME#/json/pointer`;
        await printLine(context.stderr, inOneLine(note));
      }
      const named = await namedIds(options, context);
      const filter = named ? undefined : crashFilter(options);
      await withStoredCrashes(
        { ...options, access: options.dryRun === true ? 'read' : 'write' },
        context,
        async (store) => {
          const onUnprocessed = async (crashId: string): Promise<void> => {
            const what = `${crashId}: processed crash deleted; antenna republish makes a new one`;
            await printLine(context.stderr, what);
          };
          await withIndexRemoval(store, context, async (index) => {
            const { now } = context;
            const removal = { paths, named, filter, options, onUnprocessed, index, now };
            await changeCrashes(removalOf(store, removal), options, context);
          });
        },
      );
    });
}

interface Removal {
  readonly paths: readonly AnnotationPath[];
  /** The crashes, or undefined if the filter chooses them. */
  readonly named: readonly string[] | undefined;
  readonly filter: CrashFilter | undefined;
  readonly options: RemoveOptions;
  /** Called for each crash whose processed crash was deleted. */
  readonly onUnprocessed: (crashId: string) => Promise<void>;
  readonly index: IndexRemoval;
  readonly now: () => Date;
}

function removalOf(
  store: StoredCrashes,
  { paths, named = [], filter, options, onUnprocessed, index, now }: Removal,
): ChangeRun {
  const annotations = paths.map(({ source }) => source);
  const { reason, versions = false, dryRun = false } = options;
  const change: ChangeRun['change'] = async (crashId, audit) => {
    let removal: AnnotationRemoval | undefined;
    await store.rewriteRawCrash(crashId, async (bytes) => {
      removal = undefined;
      if (filter?.readsRawCrash === true && !filter.matches(jsonOf(bytes))) return undefined;
      removal = removeAnnotations(bytes, paths);
      const { changed, removed } = removal;
      if (changed === undefined || dryRun) return undefined;
      const action = 'remove-annotation';
      await audit.record({
        action,
        crashId,
        annotations: removed,
        versions,
        reason,
        store: store.location,
      });
      return changed;
    });
    // TypeScript does not see that the callback has set it.
    const found = removal;
    if (found === undefined) return 'unchanged';
    const { changed, notSearched, removedBefore } = found;
    // A run that was killed may have removed the annotations, and not yet what else has them.
    if (!dryRun && (changed !== undefined || removedBefore)) {
      if (versions) await store.deleteOlderRawCrashes(crashId);
      const isProcessed = (await store.store.size(processedCrashKey(crashId))) !== undefined;
      const processed = await readProcessedCrash(store.store, crashId);
      // One of another version, or a damaged one, may have them anywhere.
      if (
        isProcessed &&
        (!processed || paths.some(({ annotation }) => hasAnnotation(processed, annotation)))
      ) {
        // First, so that a run that is killed here does it again.
        await index.remove(crashId, now().getTime());
        await store.deleteProcessed(crashId, versions ? 'all' : 'current');
        await onUnprocessed(crashId);
      }
    }
    if (notSearched.length > 0)
      return { problem: `${crashId}: not JSON, so not searched: ${notSearched.join(', ')}` };
    return changed === undefined ? 'unchanged' : 'changed';
  };
  return {
    ...(filter ? crashesOfDays(store, filter) : namedCrashes(named)),
    done: 'removed annotations from',
    description: {
      action: 'remove-annotation',
      store: store.location,
      annotations,
      versions,
      ...(filter ? filter.description : digestOf(named)),
    },
    change,
  };
}

function jsonOf(bytes: Buffer): JsonValue {
  return parseJson(bytes.toString(), { maxDepth: 1000 });
}
