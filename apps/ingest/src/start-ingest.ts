import { type ReportError, type RunningService, startHttpService } from '#antenna/service';
import type { Logger, Metrics } from '#antenna/telemetry';

import { type IngestDependencies, IngestModule } from './ingest.module.js';
import { ConnectionFaults } from './connection/connection-faults.js';

/** Beyond the time that an upload may take: a backstop of the HTTP server for requests to other paths. */
const requestTimeoutMarginMs = 30_000;

/**
 * Runs ingest until it is closed. Closing finishes the uploads in flight and drains the spool.
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
  return await startHttpService({
    name: 'ingest',
    module: IngestModule.with(options, faults),
    config,
    logger,
    metrics,
    reportError: options.reportError,
    fastifyOptions: {
      clientErrorHandler: faults.handle,
      requestTimeout: config.uploadTimeoutMs + requestTimeoutMarginMs,
      http: {
        headersTimeout: config.idleTimeoutMs,
        connectionsCheckingInterval: 1000,
        // Nothing here depends on a Host, and Node would answer by itself, in words of no contract.
        requireHostHeader: false,
      },
    },
    configure: (app) => {
      const fastify = app.getHttpAdapter().getInstance();
      // Bodies are read by us, whatever type they claim; one that is no media type at all would be
      // answered by Fastify with a 415 before any parser is asked.
      fastify.addHook('onRequest', async ({ raw }) => {
        raw.headers['content-type'] = 'application/octet-stream';
      });
      fastify.removeAllContentTypeParsers();
      fastify.addContentTypeParser('*', (_request, payload, done) => done(null, payload));
      const server = app.getHttpServer();
      server.maxConnections = config.maxConnections;
      // A client may end its side with its last byte, and must still get its answer. Node knows this
      // switch but does not list it among the options.
      Object.assign(server, { httpAllowHalfOpen: true });
      server.prependListener('request', faults.begin);
      // The controller says "continue" itself, once it wants the body.
      server.on('checkContinue', (request, response) => server.emit('request', request, response));
      // RFC 9110, 10.1.1: what else is expected may be left unmet, and a report is no reason for a 417.
      server.on('checkExpectation', (request, response) =>
        server.emit('request', request, response),
      );
    },
  });
}
