/**
 * The webhook's own HTTPS server: Kubernetes calls webhooks over TLS only, and a broken certificate must not touch
 * the port on which ingest asks for rules.
 */
import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';

import {
  Inject,
  Injectable,
  type OnApplicationBootstrap,
  type OnModuleDestroy,
} from '@nestjs/common';

import { StartupError } from '#antenna/service';
import { errorMessage, Logger, Metrics } from '#antenna/telemetry';

import {
  type AdmissionDecision,
  type JudgedConfigMap,
  reviewAdmission,
} from './admission-review.js';
import { TlsFiles } from './tls-files.js';

/** Injects what the webhook is told by the configuration. */
export const ADMISSION_OPTIONS = Symbol('admission options');

export interface AdmissionOptions {
  readonly host: string;
  readonly port: number;
  readonly certFile: string;
  readonly keyFile: string;
  readonly judged: JudgedConfigMap;
}

const path = '/v1/admission';
/** A review holds a ConfigMap of at most 1 MiB twice, the new and the old one, escaped as JSON. */
const maxBodyBytes = 8 * 1024 * 1024;
const maxConnections = 100;
const timeoutMs = 10_000;
const lookAtFilesMs = 1000;

@Injectable()
export class AdmissionServer implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly files: TlsFiles;
  private server: Server | undefined;
  private timer: NodeJS.Timeout | undefined;
  private complaint = '';

  constructor(
    @Inject(ADMISSION_OPTIONS) private readonly options: AdmissionOptions,
    private readonly metrics: Metrics,
    private readonly logger: Logger,
  ) {
    this.files = new TlsFiles(options.certFile, options.keyFile);
  }

  /** The port that it listens on; 0 before. */
  get port(): number {
    const address = this.server?.address();
    return typeof address === 'object' && address !== null ? address.port : 0;
  }

  /** @throws {StartupError} when there is no usable certificate, or the port cannot be had */
  async onApplicationBootstrap(): Promise<void> {
    const { host, port } = this.options;
    try {
      const pair = await this.files.changed();
      this.server = createServer({ ...pair, minVersion: 'TLSv1.2' }, (request, response) => {
        void this.answer(request, response);
      });
      this.server.maxConnections = maxConnections;
      this.server.requestTimeout = timeoutMs;
      this.server.headersTimeout = timeoutMs;
      this.server.listen(port, host);
      await once(this.server, 'listening');
    } catch (error) {
      throw new StartupError(
        `the admission webhook cannot start: ${errorMessage(error)}; see WEBHOOK_PORT, WEBHOOK_TLS_CERT and WEBHOOK_TLS_KEY`,
        { cause: error },
      );
    }
    this.logger.info(`admission webhook listening on port ${this.port}`);
    this.timer = setInterval(() => void this.renewCertificate(), lookAtFilesMs).unref();
  }

  async onModuleDestroy(): Promise<void> {
    clearInterval(this.timer);
    const { server } = this;
    if (!server) return;
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    server.closeIdleConnections();
    await closed;
  }

  /** A pair that cannot be used leaves the old one in use; it may be half renewed. */
  private async renewCertificate(): Promise<void> {
    try {
      const pair = await this.files.changed();
      this.complaint = '';
      if (!pair) return;
      this.server?.setSecureContext(pair);
      this.logger.info('the certificate of the admission webhook was renewed');
    } catch (error) {
      const complaint = errorMessage(error);
      if (complaint !== this.complaint)
        this.logger.error(`the webhook keeps its old certificate: ${complaint}`);
      this.complaint = complaint;
    }
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const refused = refusalOf(request);
    const body = refused === undefined ? await readBody(request) : undefined;
    if (body === undefined) {
      this.count('malformed');
      refuse(response, refused ?? 413);
      return;
    }
    const { verdict, review } = this.decide(body);
    this.count(verdict);
    if (!review) {
      refuse(response, 400);
      return;
    }
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(JSON.stringify(review));
  }

  private decide(body: string): AdmissionDecision {
    try {
      return reviewAdmission(JSON.parse(body), this.options.judged);
    } catch (error) {
      this.logger.warn(`an admission request cannot be read: ${errorMessage(error)}`);
      return { verdict: 'malformed', review: undefined };
    }
  }

  private count(answer: AdmissionDecision['verdict']): void {
    this.metrics.increment('antenna.throttle_config.admission_reviews', { answer });
  }
}

function refusalOf({ url, method, headers }: IncomingMessage): number | undefined {
  if (url?.split('?')[0] !== path) return 404;
  if (method !== 'POST') return 405;
  return headers['content-type']?.startsWith('application/json') === true ? undefined : 415;
}

/** The body; undefined when it is too large or breaks off. */
async function readBody(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of request as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      if (bytes > maxBodyBytes) return undefined;
      chunks.push(chunk);
    }
  } catch {
    // The caller hung up, and nobody is left to be answered.
    return undefined;
  }
  return Buffer.concat(chunks).toString('utf8');
}

function refuse(response: ServerResponse, status: number): void {
  response.writeHead(status, { 'content-type': 'text/plain', connection: 'close' });
  response.end();
}
