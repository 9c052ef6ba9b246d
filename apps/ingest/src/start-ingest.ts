import type { RequestListener, Server } from 'node:http';

import { type ReportError, type RunningService, startHttpService } from '#antenna/service';
import type { Logger, Metrics } from '#antenna/telemetry';

import { type IngestDependencies, IngestModule } from './ingest.module.js';
import { SubmitController } from './submit.controller.js';
import { ConnectionFaults } from './connection/connection-faults.js';
import { RequestTurns } from './connection/request-turns.js';

/** Added to UPLOAD_TIMEOUT for the HTTP server's own limit, which also covers requests to other paths. */
const requestTimeoutMarginMs = 30_000;

/** Time for the answers to uploads that a shutdown has cut off. */
const cutOffMarginMs = 1000;

/**
 * Runs ingest until it is closed. `close` waits for the uploads in flight and drains the spool.
 * @throws StartupError when the port, the spool or the rules cannot be used.
 */
export async function startIngest(
  options: IngestDependencies & {
    readonly logger: Logger;
    readonly metrics: Metrics;
    readonly reportError?: ReportError;
  },
): Promise<RunningService> {
  const { config, logger, metrics } = options;
  const faults = new ConnectionFaults(config, () => {
    metrics.increment('antenna.ingest.outcomes', { outcome: 'malformed' });
    metrics.increment('antenna.ingest.malformed', { reason: 'invalid_payload_structure' });
  });
  const turns = new RequestTurns();
  return await startHttpService({
    module: IngestModule.with(options, faults),
    config,
    logger,
    metrics,
    reportError: options.reportError,
    maxConnections: config.maxConnections,
    finishMs: config.finishUploadsMs + cutOffMarginMs,
    refuseMethod: async (app, refused) => await app.get(SubmitController).refuseMethod(refused),
    fastifyOptions: {
      // Clients may be configured with `/submit/`.
      routerOptions: { ignoreTrailingSlash: true },
      clientErrorHandler: faults.onClientError,
      requestTimeout: config.uploadTimeoutMs + requestTimeoutMarginMs,
      http: {
        headersTimeout: config.idleTimeoutMs,
        connectionsCheckingInterval: 1000,
        // Ingest does not use the Host header, and Node's own answer would not follow docs/submission.md.
        requireHostHeader: false,
      },
    },
    configure: (app) => {
      const fastify = app.getHttpAdapter().getInstance();
      // Ingest reads all bodies itself. Fastify would answer an invalid media type with a 415 before it
      // calls any parser, so it sees a fixed type.
      fastify.addHook('onRequest', async ({ raw }) => {
        await turns.turnOf(raw);
        raw.headers['content-type'] = 'application/octet-stream';
      });
      fastify.removeAllContentTypeParsers();
      fastify.addContentTypeParser('*', (_request, payload, done) => done(null, payload));
      const server = app.getHttpServer();
      // A client may half-close the connection after its last byte and must still get its answer. Node
      // has this switch but does not accept it as an option.
      Object.assign(server, { httpAllowHalfOpen: true });
      const controller = app.get(SubmitController);
      submitDirectly(server, (request, response) => {
        turns
          .turnOf(request)
          .then(async () => await controller.submit(request, response))
          .catch((error: unknown) => {
            logger.error('request failed', { error, method: request.method, route: '/submit' });
            options.reportError?.(error, 'request');
            response.destroy();
          });
      });
      server.prependListener('request', (request, response) => {
        turns.add(request, response);
        faults.onRequest(request, response);
      });
      // The controller sends "100 Continue" itself, after it has checked the headers.
      server.on('checkContinue', (request, response) => server.emit('request', request, response));
      // RFC 9110, 10.1.1, lets a server ignore other expectations; a report must not be lost to a 417.
      server.on('checkExpectation', (request, response) =>
        server.emit('request', request, response),
      );
    },
  });
}

const submitPath = /^\/submit\/?(?:\?|$)/;

/** Almost all requests are reports: they skip the router and the controller's pipeline. */
function submitDirectly(server: Server, submit: RequestListener): void {
  const fastify = server.listeners('request').at(-1) as RequestListener;
  server.off('request', fastify).on('request', (request, response) => {
    const isReport = request.method === 'POST' && submitPath.test(request.url ?? '');
    if (isReport) submit(request, response);
    else fastify(request, response);
  });
}
