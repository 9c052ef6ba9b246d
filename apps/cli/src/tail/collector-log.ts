import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { resolve } from 'node:path';
import { readRunningCollector } from '#antenna/backends';
import { systemCode } from '#antenna/errors';
import { CliError } from '../cli-error.js';

/**
 * The log lines about reports of the collector that runs on this data directory (`npm start`), as it writes them. The
 * stream ends when the collector stops.
 * @param onOpen called with the collector's address when nothing that it logs from then on can be missed
 * @throws CliError when no collector runs there, or it drops this reader
 */
export async function* collectorLog(
  dataDirectory: string,
  signal: AbortSignal,
  onOpen: (submitUrl: string) => Promise<void>,
): AsyncGenerator<Buffer> {
  const root = resolve(dataDirectory);
  const { submitUrl, reportsUrl } = (await readRunningCollector(root)) ?? {};
  if (submitUrl === undefined) throw notRunning(root);
  if (reportsUrl === undefined) {
    throw new CliError(
      `the collector on ${root} logs no reports: start it with LOG_LEVEL=info, the default`,
    );
  }
  const response = await responseOf(reportsUrl, root, signal);
  await onOpen(submitUrl);
  try {
    yield* response as AsyncIterable<Buffer>;
  } catch (error) {
    throw new CliError(
      'the connection was lost: the collector was killed, or this command read too slowly',
      1,
      { cause: error },
    );
  }
}

/** Not `fetch`, which gives up after five minutes without a byte. */
async function responseOf(
  url: string,
  root: string,
  signal: AbortSignal,
): Promise<IncomingMessage> {
  try {
    const [response] = (await once(get(url, { signal }), 'response')) as [IncomingMessage];
    if (response.statusCode === 200) return response;
    response.destroy();
    if (response.statusCode === 503)
      throw new CliError('too many other commands follow this collector; stop one of them');
    throw notRunning(root);
  } catch (error) {
    // The note of a collector that was killed.
    if (['ECONNREFUSED', 'ECONNRESET'].includes(systemCode(error) ?? '')) throw notRunning(root);
    throw error;
  }
}

function notRunning(root: string): CliError {
  return new CliError(
    `no collector runs on ${root}: start it with npm start, name its --data-dir, or follow a log with --log FILE`,
  );
}
