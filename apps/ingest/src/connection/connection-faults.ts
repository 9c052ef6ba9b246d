/**
 * What the HTTP parser could not make sense of: broken framing, a peer that left, a request that never
 * came. Node reports these on the connection, beside the request that they belong to, and reports them again
 * for every further chunk. Here they find the upload they end, or get a plain answer of their own; what
 * comes after an answer is dropped.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

import { brokenRequestAnswer } from './answer.js';
import { Linger, type LingerLimits } from './linger.js';
import { malformed, RefusedReport } from '../outcome/outcome.js';
import type { Upload } from './upload.js';

/** As Node gives it to the listeners of `clientError`. */
type ClientError = Error & { readonly code?: string; readonly rawPacket?: unknown };

/** What a connection carries: the request that came last, until its answer is out. */
interface Carried {
  /** Undefined when what came could not be read as a request. */
  readonly request?: IncomingMessage;
  upload?: Upload;
  /** Came before anybody had begun to read the upload. */
  fault?: RefusedReport;
  /** The request is whole, and what follows it is none. */
  followedByGarbage?: boolean;
  /** The answer is out. */
  linger?: Linger;
}

export class ConnectionFaults {
  private readonly carried = new WeakMap<Socket, Carried>();

  /** @param onBrokenRequest told of each request that never became one. */
  constructor(
    private readonly limits: LingerLimits,
    private readonly onBrokenRequest: () => void = () => undefined,
  ) {}

  /** To be called for each request before anything else sees it: a fault may lie in the same packet. */
  readonly begin = (request: IncomingMessage, response: ServerResponse): void => {
    const { socket } = request;
    this.carried.set(socket, { request });
    response.once('close', () => {
      if (this.carried.get(socket)?.request === request) this.carried.delete(socket);
    });
  };

  /** From now on faults of this request end this upload. */
  watch(request: IncomingMessage, upload: Upload): void {
    const carried = this.carriedBy(request);
    if (!carried) return;
    carried.upload = upload;
    if (carried.fault) upload.interrupt(carried.fault);
  }

  isFollowedByGarbage(request: IncomingMessage): boolean {
    return this.carriedBy(request)?.followedByGarbage === true;
  }

  /** The request has its answer: a later fault is only dropped. */
  linger(request: IncomingMessage): Linger {
    const linger = new Linger(this.limits);
    const carried = this.carriedBy(request);
    if (carried) carried.linger = linger;
    return linger;
  }

  readonly handle = (error: ClientError, socket: Socket): void => {
    const code = error.code ?? '';
    const carried = this.carried.get(socket);
    if (carried?.linger) {
      if (isBrokenFraming(code)) carried.linger.dropped(sizeOf(error.rawPacket));
      else carried.linger.end();
    } else if (carried?.request?.complete === true) {
      carried.followedByGarbage = true;
    } else if (carried) {
      carried.fault ??= refusalFor(code);
      carried.upload?.interrupt(carried.fault);
    } else if (socket.writable && code !== 'ECONNRESET') {
      this.refuse(code, socket);
    } else {
      socket.destroy();
    }
  };

  private refuse(code: string, socket: Socket): void {
    if (code.startsWith('HPE_')) this.onBrokenRequest();
    const linger = new Linger(this.limits);
    this.carried.set(socket, { linger });
    socket.once('close', linger.end);
    socket.write(brokenRequestAnswer(code));
    if (socket.readableEnded) linger.end();
    void linger.over.then(() => socket.destroySoon());
  }

  private carriedBy(request: IncomingMessage): Carried | undefined {
    const carried = this.carried.get(request.socket);
    return carried?.request === request ? carried : undefined;
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
