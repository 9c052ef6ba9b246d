/**
 * Errors of the HTTP parser: broken framing, a client that disconnected, a request that never arrived. Node
 * reports them on the connection and not on the request, and again for each further chunk. This class
 * interrupts the upload of that connection, or sends an answer where there is no request; bytes that follow
 * an answer are dropped.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

import { brokenRequestAnswer } from './answer.js';
import { Linger, type LingerLimits } from './linger.js';
import { malformed, RefusedReport } from '../outcome/outcome.js';
import type { Upload } from './upload.js';

/** Counted for a dropped request beside its body, so that their number is limited, too: the most that Node reads. */
const headBytes = 16 * 1024;

/** As Node gives it to the listeners of `clientError`. */
type ClientError = Error & { readonly code?: string; readonly rawPacket?: unknown };

/** The latest request of a connection, until its answer is sent. */
interface ConnectionState {
  /** Undefined when the input could not be parsed as a request. */
  readonly request?: IncomingMessage;
  upload?: Upload;
  /** The first fault; it may occur before the upload is watched. */
  fault?: RefusedReport;
  /** The request is complete, and the bytes after it are not a valid request. */
  followedByGarbage?: boolean;
  /** Set once the answer is sent. */
  linger?: Linger;
}

export class ConnectionFaults {
  private readonly connections = new WeakMap<Socket, ConnectionState>();

  /** @param onBrokenRequest called for each input that could not be parsed as a request. */
  constructor(
    private readonly limits: LingerLimits,
    private readonly onBrokenRequest: () => void = () => undefined,
  ) {}

  /**
   * Must be the first listener of each request: the same packet may contain a fault. A request behind an answer that
   * closes the connection is dropped.
   */
  readonly onRequest = (request: IncomingMessage, response: ServerResponse): void => {
    const { socket } = request;
    const linger = this.connections.get(socket)?.linger;
    if (linger) {
      linger.countDropped(headBytes);
      linger.drop(request);
      return;
    }
    this.connections.set(socket, { request });
    response.once('close', () => {
      if (this.connections.get(socket)?.request === request) this.connections.delete(socket);
    });
  };

  /** From now on a fault of this request interrupts this upload. */
  watch(request: IncomingMessage, upload: Upload): void {
    const state = this.stateOf(request);
    if (!state) return;
    state.upload = upload;
    if (state.fault) upload.interrupt(state.fault);
  }

  isFollowedByGarbage(request: IncomingMessage): boolean {
    return this.stateOf(request)?.followedByGarbage === true;
  }

  /** The answer is sent: later faults of this request are ignored. */
  linger(request: IncomingMessage): Linger {
    const linger = new Linger(this.limits);
    const state = this.stateOf(request);
    if (state) state.linger = linger;
    return linger;
  }

  readonly onClientError = (error: ClientError, socket: Socket): void => {
    const code = error.code ?? '';
    const state = this.connections.get(socket);
    if (state?.linger) {
      if (isBrokenFraming(code)) state.linger.countDropped(sizeOf(error.rawPacket));
      else state.linger.end();
    } else if (state?.request?.complete === true) {
      state.followedByGarbage = true;
    } else if (state) {
      state.fault ??= refusalFor(code);
      state.upload?.interrupt(state.fault);
    } else if (socket.writable && code !== 'ECONNRESET') {
      this.refuse(code, socket);
    } else {
      socket.destroy();
    }
  };

  private refuse(code: string, socket: Socket): void {
    if (code.startsWith('HPE_')) this.onBrokenRequest();
    const linger = new Linger(this.limits);
    this.connections.set(socket, { linger });
    socket.once('close', linger.end);
    socket.write(brokenRequestAnswer(code));
    if (socket.readableEnded) linger.end();
    void linger.done.then(() => socket.destroySoon());
  }

  private stateOf(request: IncomingMessage): ConnectionState | undefined {
    const state = this.connections.get(request.socket);
    return state?.request === request ? state : undefined;
  }
}

function sizeOf(packet: unknown): number {
  return Buffer.isBuffer(packet) ? packet.length : 0;
}

function isBrokenFraming(code: string): boolean {
  return code.startsWith('HPE_') && code !== 'HPE_INVALID_EOF_STATE';
}

function refusalFor(code: string): RefusedReport {
  if (isBrokenFraming(code))
    return malformed('invalid_payload_structure', `broken HTTP framing (${code})`);
  const cause = code === 'ERR_HTTP_REQUEST_TIMEOUT' ? 'stalled' : 'disconnected';
  return new RefusedReport({ kind: 'aborted', cause });
}
