import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';

import { Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';

import { errorMessage } from '#antenna/errors';
import { Connections, HealthRegistry, listen, StartupError } from '#antenna/service';
import { Logger, Metrics } from '#antenna/telemetry';

import {
  type AdmissionDecision,
  type ValidatedConfigMap,
  reviewAdmission,
} from './admission-review.js';
import { RulesetAuthors } from '../history/ruleset-authors.js';
import { TlsFiles } from './tls-files.js';

/** The settings of the webhook. */
export abstract class AdmissionOptions {
  abstract readonly host: string;
  abstract readonly port: number;
  abstract readonly certFile: string;
  abstract readonly keyFile: string;
  abstract readonly validated: ValidatedConfigMap;
}

const path = '/v1/admission';
/** A review contains the new and the old ConfigMap, each of at most 1 MiB, escaped as JSON. */
const maxBodyBytes = 8 * 1024 * 1024;
const maxConnections = 100;
const timeoutMs = 10_000;
const checkFilesMs = 1000;

/**
 * The HTTPS server of the webhook. It is separate because Kubernetes calls webhooks over TLS only, and an invalid
 * certificate must not affect the port from which ingest gets the rules.
 */
@Injectable()
export class AdmissionServer implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly files: TlsFiles;
  private server: Server | undefined;
  private connections: Connections | undefined;
  private finished: Promise<void> | undefined;
  private timer: NodeJS.Timeout | undefined;
  private failure = '';

  constructor(
    private readonly options: AdmissionOptions,
    private readonly authors: RulesetAuthors,
    private readonly metrics: Metrics,
    private readonly logger: Logger,
    health: HealthRegistry,
  ) {
    this.files = new TlsFiles(options.certFile, options.keyFile);
    health.onDraining(() => void this.finish());
  }

  /** The port that it listens on; 0 before it listens. */
  get port(): number {
    const address = this.server?.address();
    return typeof address === 'object' && address !== null ? address.port : 0;
  }

  /** @throws {StartupError} if there is no valid certificate, or the port cannot be used */
  async onApplicationBootstrap(): Promise<void> {
    const { host, port } = this.options;
    try {
      const pair = await this.files.changed();
      this.server = createServer({ ...pair, minVersion: 'TLSv1.2' }, (request, response) => {
        void this.answer(request, response);
      });
      this.connections = new Connections(this.server, maxConnections);
      this.server.requestTimeout = timeoutMs;
      this.server.headersTimeout = timeoutMs;
      await listen(this.server, { host, port });
    } catch (error) {
      throw new StartupError(
        `the admission webhook cannot start: ${errorMessage(error)}; see WEBHOOK_PORT, WEBHOOK_TLS_CERT and WEBHOOK_TLS_KEY`,
        { cause: error },
      );
    }
    this.logger.info(`admission webhook listening on port ${this.port}`);
    this.timer = setInterval(() => void this.renewCertificate(), checkFilesMs).unref();
  }

  async onModuleDestroy(): Promise<void> {
    clearInterval(this.timer);
    await this.finish();
  }

  private async finish(): Promise<void> {
    this.finished ??= this.connections?.finish(timeoutMs);
    await this.finished;
  }

  /** If the files are not valid, the old certificate stays in use: the renewal may still be in progress. */
  private async renewCertificate(): Promise<void> {
    try {
      const pair = await this.files.changed();
      this.failure = '';
      if (!pair) return;
      this.server?.setSecureContext(pair);
      this.logger.info('the certificate of the admission webhook was renewed');
    } catch (error) {
      const failure = errorMessage(error);
      if (failure !== this.failure)
        this.logger.error(`the webhook keeps its old certificate: ${failure}`);
      this.failure = failure;
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
    const { verdict, review, edit } = this.decide(body);
    if (edit) this.authors.allowed(edit.document, edit.user);
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
      return reviewAdmission(JSON.parse(body), this.options.validated);
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

/** The body; undefined if it is too large or incomplete. */
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
    // The client disconnected and gets no answer.
    return undefined;
  }
  return Buffer.concat(chunks).toString('utf8');
}

function refuse(response: ServerResponse, status: number): void {
  response.writeHead(status, {
    'content-type': 'text/plain',
    connection: 'close',
    ...(status === 405 && { allow: 'POST' }),
  });
  response.end();
}
