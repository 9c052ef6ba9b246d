import 'reflect-metadata';
import { STATUS_CODES, type ServerOptions } from 'node:http';
import { type DynamicModule, Module, type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyError, FastifyReply, FastifyRequest, FastifyServerOptions } from 'fastify';
import type { ErrorOccasion, Logger, Metrics } from '#antenna/telemetry';
import type { ServiceConfig } from '../config/service-config.js';
import { HealthRegistry } from '../health/health-registry.js';
import { ServiceModule } from '../service.module.js';
import { Connections } from './connections.js';
import { ErrorFilter, type WriteError } from './error.filter.js';
import { listen, type ListenAddress } from './listen.js';
import { listenError } from './listen-error.js';
import { NestLogger } from './nest-logger.js';
import { collectMethods, type RefusedMethod, refuseMethod } from './refuse-methods.js';

/** Fastify's own options, with those of Node's HTTP server under `http`. */
type FastifyOptions = FastifyServerOptions & { readonly http?: ServerOptions };

export interface HttpServiceOptions {
  /** The service's own module; {@link ServiceModule} is added to it. */
  readonly module: Type | DynamicModule;
  readonly config: ListenAddress & Partial<Pick<ServiceConfig, 'brokenToken' | 'portSetting'>>;
  readonly logger: Logger;
  readonly metrics: Metrics;
  /** Called for each request that failed unexpectedly. */
  readonly reportError?: ReportError | undefined;
  /** How the body of an error's answer is written; a line of plain text unless given. */
  readonly writeError?: WriteError;
  /** Answers a request whose path exists, but not with its method; like other errors unless given. */
  readonly refuseMethod?: (app: NestFastifyApplication, refused: RefusedMethod) => Promise<void>;
  readonly fastifyOptions?: FastifyOptions;
  /** Most open connections; then each new one closes the longest idle one. No limit unless given. */
  readonly maxConnections?: number;
  /** How long requests in flight may take after `close`, in milliseconds; 10 seconds unless given. */
  readonly finishMs?: number;
  /** Called before the routes are registered and the port is opened. */
  readonly configure?: (app: NestFastifyApplication) => void | Promise<void>;
}

export type ReportError = (error: unknown, occasion: ErrorOccasion) => void;

export interface RunningService {
  /** Where it listens, with the real port: `http://127.0.0.1:8000`. */
  readonly url: string;
  readonly app: NestFastifyApplication;
  /** Turns readiness off, stops accepting, finishes the requests in flight, then runs Nest's shutdown hooks. */
  close(): Promise<void>;
}

@Module({})
class HttpServiceModule {}

/**
 * Runs a Nest module as an HTTP service on Fastify. No body is parsed unless the service registers a parser.
 *
 * @throws {StartupError} when it cannot listen, or what the module's own start-up throws; nothing is left running.
 */
export async function startHttpService(options: HttpServiceOptions): Promise<RunningService> {
  const { logger, metrics, config } = options;
  const root: DynamicModule = {
    module: HttpServiceModule,
    imports: [
      ServiceModule.forRoot({ logger, metrics, brokenToken: config.brokenToken }),
      options.module,
    ],
  };
  const app = await NestFactory.create<NestFastifyApplication>(root, fastifyAdapter(options), {
    bodyParser: false,
    abortOnError: false,
    return503OnClosing: false,
    logger: new NestLogger(logger),
  });
  const connections = new Connections(app.getHttpServer(), options.maxConnections);
  try {
    app.useGlobalFilters(new ErrorFilter(logger, options.reportError, options.writeError));
    closeConnectionsWhenDraining(app);
    const refuseOtherMethods = collectMethods(app.getHttpAdapter().getInstance());
    await options.configure?.(app);
    await app.init();
    refuseOtherMethods((refused) => options.refuseMethod?.(app, refused) ?? refuseMethod(refused));
    await open(app, config);
  } catch (error) {
    await app.close();
    throw error;
  }
  const url = serviceUrl(app, config.host);
  logger.info(`listening on ${url}`);
  return { url, app, close: closeOnce(app, connections, options.finishMs) };
}

function fastifyAdapter({ fastifyOptions }: HttpServiceOptions): FastifyAdapter {
  const options: FastifyOptions = {
    // Requests that arrive just after the stop signal, as in a rolling upgrade, are served.
    return503OnClosing: false,
    forceCloseConnections: 'idle',
    frameworkErrors: answerUnroutable,
    ...fastifyOptions,
  };
  return new FastifyAdapter(options);
}

/** A path that cannot be decoded reaches no controller and no exception filter. */
function answerUnroutable(
  error: FastifyError,
  _request: FastifyRequest,
  reply: FastifyReply,
): void {
  const status = error.statusCode ?? 400;
  void reply.status(status).type('text/plain; charset=utf-8').send(`${STATUS_CODES[status]}\n`);
}

/** Otherwise a client that keeps its connection open would delay the shutdown. */
function closeConnectionsWhenDraining(app: NestFastifyApplication): void {
  const health = app.get(HealthRegistry);
  const fastify = app.getHttpAdapter().getInstance();
  fastify.addHook('onSend', async (_request, reply) => {
    if (health.isDraining) void reply.header('connection', 'close');
  });
}

/** Not `app.listen`: for the host `localhost`, Fastify would open a second server without our settings. */
async function open(
  app: NestFastifyApplication,
  { host, port, reusePort = false, portSetting }: HttpServiceOptions['config'],
): Promise<void> {
  await app.getHttpAdapter().getInstance().ready();
  try {
    await listen(app.getHttpServer(), { host, port, reusePort });
  } catch (error) {
    throw listenError(error, { host, port, portSetting });
  }
}

function serviceUrl(app: NestFastifyApplication, host: string): string {
  const address = app.getHttpServer().address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const anyAddress = host === '0.0.0.0' || host === '::';
  const reachable = anyAddress ? '127.0.0.1' : host;
  return `http://${reachable.includes(':') ? `[${reachable}]` : reachable}:${port}`;
}

function closeOnce(
  app: NestFastifyApplication,
  connections: Connections,
  finishMs = 10_000,
): () => Promise<void> {
  let closing: Promise<void> | undefined;
  return async () => {
    app.get(HealthRegistry).beginDraining();
    closing ??= connections.finish(finishMs).then(async () => await app.close());
    await closing;
  };
}
