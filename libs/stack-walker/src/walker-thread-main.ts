/** A thread that walks one minidump at a time, each in its own instance of the walker. */
import { extname } from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';
import type { WalkerInstance as Instance } from './walker-instance.js';
import type { WalkerReply, WalkerRequest, WalkerThreadData } from './walker-messages.js';

// Under Jest, Node runs this TypeScript file directly. It strips the types but does not map `.js` to `.ts`, so
// the sibling is imported with the extension of this file.
const { WalkerInstance } = (await import(
  import.meta.resolve(`./walker-instance${extname(import.meta.url)}`)
)) as typeof import('./walker-instance.js');

const { module } = workerData as WalkerThreadData;
let instance: Instance | undefined;
let framesCut = 0;

parentPort?.on('message', (request: WalkerRequest) => {
  const reply = answer(request);
  if (reply.kind !== 'walked') instance = undefined;
  parentPort?.postMessage(reply, reply.kind === 'finished' ? [reply.walk.buffer] : []);
});

function answer(request: WalkerRequest): WalkerReply {
  try {
    if (request.kind === 'walk') {
      instance = new WalkerInstance(module, request.memoryBytes);
      instance.takeDump(request.dump);
      return walk(instance);
    }
    if (instance === undefined) throw new Error('no walk has been started');
    if (request.kind === 'finish') {
      const { memoryBytes } = instance;
      return { kind: 'finished', walk: instance.json(), framesCut, memoryBytes };
    }
    for (const { index, path, bytes } of request.files) instance.takeSymbols(index, path, bytes);
    return walk(instance);
  } catch (error) {
    const failure = WalkerInstance.failureOf(error);
    if (failure === undefined) throw error;
    return { kind: 'failed', code: failure.code, message: failure.message };
  }
}

function walk(walker: Instance): WalkerReply {
  const { asked, frames_cut } = walker.walk();
  framesCut = frames_cut;
  return { kind: 'walked', asked };
}
