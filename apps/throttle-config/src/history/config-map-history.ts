import { errorMessage } from '#antenna/errors';
import type { Logger } from '#antenna/telemetry';

import { failureInWords, statusOf } from '../kubernetes/api-failure.js';
import type { RulesConfigMap } from '../kubernetes/cluster.js';
import type { HistoryEntry } from './history-entry.js';
import { decodeHistory, encodeHistory } from './history-format.js';
import type { HistoryChange, HistoryStore } from './history-store.js';

const key = 'history.json.gz';
const unreadableKey = 'unreadable.json.gz';
/** In base64; with the largest history, a ConfigMap has no room for more. */
const maxUnreadable = 400 * 1024;
const attempts = 10;
const notFound = 404;
/** Statuses of a patch whose test fails because another replica was faster. */
const conflicts: ReadonlySet<number | undefined> = new Set([409, 422]);

interface Stored {
  readonly version: string;
  readonly binaryData: Readonly<Record<string, string>>;
  readonly entries: readonly HistoryEntry[];
}

/** Keeps the history in a ConfigMap. All replicas write to it; a version that has changed is read again. */
export class ConfigMapHistory implements HistoryStore {
  constructor(
    private readonly rules: RulesConfigMap,
    private readonly logger: Logger,
  ) {}

  async read(): Promise<readonly HistoryEntry[]> {
    return (await this.load()).entries;
  }

  async change(change: HistoryChange): Promise<void> {
    let stored = await this.load();
    for (let attempt = 1; ; attempt += 1) {
      const entries = change(stored.entries);
      if (JSON.stringify(entries) === JSON.stringify(stored.entries)) return;
      try {
        await this.write(stored, entries);
        return;
      } catch (error) {
        const next = conflicts.has(statusOf(error)) ? await this.load() : stored;
        if (next.version === stored.version || attempt === attempts) throw asFailure(error);
        stored = next;
      }
    }
  }

  private async load(): Promise<Stored> {
    const { api, namespace, historyName: name } = this.rules;
    try {
      const { metadata, binaryData = {} } = await api.readNamespacedConfigMap({ namespace, name });
      const version = metadata?.resourceVersion ?? '';
      return { version, ...(await this.decode(binaryData)) };
    } catch (error) {
      throw statusOf(error) === notFound ? missing(namespace, name) : asFailure(error);
    }
  }

  private async decode(
    binaryData: Readonly<Record<string, string>>,
  ): Promise<Pick<Stored, 'binaryData' | 'entries'>> {
    const { [key]: history, ...others } = binaryData;
    if (history === undefined) return { binaryData: others, entries: [] };
    try {
      return { binaryData: others, entries: await decodeHistory(Buffer.from(history, 'base64')) };
    } catch (error) {
      const fits = history.length <= maxUnreadable;
      const fate = fits ? `will be set aside as ${unreadableKey}` : 'will be replaced';
      this.logger.warn(
        `the history of the rules cannot be read, and ${fate}: ${errorMessage(error)}`,
      );
      return { binaryData: fits ? { [unreadableKey]: history } : {}, entries: [] };
    }
  }

  private async write(
    { version, binaryData }: Stored,
    entries: readonly HistoryEntry[],
  ): Promise<void> {
    const { api, namespace, historyName: name } = this.rules;
    const history = (await encodeHistory(entries)).toString('base64');
    await api.patchNamespacedConfigMap({
      namespace,
      name,
      body: [
        { op: 'test', path: '/metadata/resourceVersion', value: version },
        { op: 'add', path: '/binaryData', value: { ...binaryData, [key]: history } },
      ],
    });
  }
}

function missing(namespace: string, name: string): Error {
  const fix = `kubectl --namespace ${namespace} create configmap ${name}`;
  return new Error(`there is no ConfigMap ${namespace}/${name}; create it: ${fix}`);
}

/** Without a cause: the message has all that is worth logging. */
function asFailure(error: unknown): Error {
  return new Error(failureInWords(error));
}
