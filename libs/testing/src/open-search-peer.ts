import { join } from 'node:path';
import { freePort } from './free-port.js';
import { type RunningProcess, startProcess } from './start-process.js';
import { temporaryDirectory } from './temporary-directory.js';
import { waitFor } from './wait-for.js';

/** A node of OpenSearch on the loopback address, with data of its own. */
export interface OpenSearchPeer {
  readonly url: string;
  /** Of the process that runs now; 0 while it is paused. */
  readonly pid: number;
  /** Ends the process; its data and its port stay for {@link resume}. */
  pause(): Promise<void>;
  resume(): Promise<void>;
  stop(): Promise<void>;
}

const jars = process.env['ANTENNA_TEST_OPENSEARCH'];

/** A peer that may be installed, by `.ci/install-peers`; `start` rejects if it is not. */
export const openSearchPeer = {
  isInstalled: jars !== undefined,
  start: async (): Promise<OpenSearchPeer> => await start(jars ?? 'not-installed'),
};

async function start(folder: string): Promise<OpenSearchPeer> {
  const directory = await temporaryDirectory();
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  let server: RunningProcess | undefined;
  const resume = async (): Promise<void> => {
    const classPath = `${join(folder, '*')}:${folder}`;
    server = await startProcess(
      ['-Xmx512m', '-XX:+UseSerialGC', '-cp', classPath, 'PeerNode', String(port), directory.path],
      { command: 'java' },
    );
    await untilReady(server, url);
  };
  const pause = async (): Promise<void> => {
    await server?.stop();
    server = undefined;
  };
  await resume();
  return {
    url,
    get pid() {
      return server?.pid ?? 0;
    },
    pause,
    resume,
    async stop() {
      await pause();
      await directory.remove();
    },
  };
}

async function untilReady({ pid, lines }: RunningProcess, url: string): Promise<void> {
  let state = 'no answer';
  await waitFor(
    async () => {
      try {
        const answer = await fetch(`${url}/_cluster/health?wait_for_status=yellow&timeout=30s`);
        state = await answer.text();
        return answer.ok;
      } catch (error) {
        state = String(error);
        return false;
      }
    },
    { timeoutMs: 120_000, describe: () => `OpenSearch (${pid}): ${state}\n${lines.join('\n')}` },
  );
}
