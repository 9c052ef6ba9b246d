import type { S3ClientResolvedConfig } from '@aws-sdk/client-s3';
import type { ClientRequest, IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';
import { readBody } from './read-body.js';

/** What distinguishes a request from the sample. */
export interface DirectRequest {
  readonly method: 'DELETE' | 'GET' | 'HEAD' | 'POST' | 'PUT';
  /** URI-encoded; replaces {@link sampleKey} at the end of the sample's path. Default: the sample's path. */
  readonly key?: string;
  readonly query?: Record<string, string>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Buffer | Readable | string;
}

/** A response with a status of 2xx. The caller reads its body to the end or destroys it. */
export interface DirectResponse {
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: IncomingMessage;
}

/** Finds the error of the service in the body of a response; undefined if it contains none. */
type ErrorReader = (
  body: string,
) => { readonly name: string; readonly message: string } | undefined;

type Config = Pick<S3ClientResolvedConfig, 'requestHandler' | 'signer' | 'systemClockOffset'>;
type HttpRequest = Parameters<Config['requestHandler']['handle']>[0];
type Signer = Awaited<ReturnType<Config['signer']>>;
type AuthScheme = Parameters<Config['signer']>[0];

/** What every client of the SDK has. */
interface SdkClient {
  readonly config: Config;
  send(command: never): Promise<unknown>;
}

/** What every command of the SDK has. */
interface SdkCommand {
  readonly middlewareStack: {
    add(
      middleware: (
        next: unknown,
        context: { readonly endpointV2?: { readonly properties?: Record<string, unknown> } },
      ) => (args: { readonly request: unknown }) => Promise<never>,
      options: {
        readonly step: 'finalizeRequest';
        readonly priority: 'high';
        readonly name: string;
      },
    ): void;
  };
}

/** The key to use for the object of a sample. */
export const sampleKey = 'sample';

const maxErrorBytes = 64 * 1024;
/** Ten SQS messages of 1 MiB are up to 60 MiB of JSON. */
const maxBodyBytes = 64 * 1024 * 1024;
/** From this difference on, a call may have failed because of the clock. The SDK uses the same limit. */
const clockSkewMs = 240_000;

/**
 * Sends requests with the credentials, signer, clock correction and connections of an SDK client, but without its
 * middleware, which needs several times the CPU time of the rest (ADR 23). The endpoint and the common headers are
 * those of a sample: a request that the SDK builds, but does not send.
 */
export class DirectClient {
  private prepared: Promise<{ readonly sample: HttpRequest; readonly signer: Signer }> | undefined;

  /** @param makeSample a command for the sample; called with the first request, and again if that fails */
  constructor(
    private readonly client: SdkClient,
    private readonly makeSample: () => Promise<SdkCommand>,
    private readonly readError: ErrorReader,
  ) {}

  /**
   * @throws an error with the name, message and `$metadata` of the SDK's error, if the status is not 2xx; or what
   * the SDK's credential providers, its request handler or Node throw
   */
  async send(
    { key, query = {}, ...request }: DirectRequest,
    abortSignal: AbortSignal,
  ): Promise<DirectResponse> {
    const { sample, signer } = await this.prepare();
    const { config } = this.client;
    const path = key === undefined ? sample.path : sample.path.slice(0, -sampleKey.length) + key;
    const headers = { ...sample.headers, ...request.headers };
    const signed = await signer.sign(
      { ...sample, ...request, path, query, headers },
      { signingDate: new Date(Date.now() + config.systemClockOffset) },
    );
    const { response } = await config.requestHandler.handle(signed, { abortSignal });
    const clockSkewCorrected = this.correctClock(response.headers);
    const body = response.body as IncomingMessage & { readonly req: ClientRequest };
    const { statusCode } = response;
    if (statusCode >= 200 && statusCode < 300) return { headers: response.headers, body };
    const { name = nameOf(statusCode, request.method), message = 'no reason given' } =
      this.readError((await readBody(body, maxErrorBytes)).toString()) ?? {};
    // It may be refused before all of it is sent. The caller may free its bytes once it has ended.
    if (!body.req.writableFinished) body.req.destroy();
    const $metadata = { httpStatusCode: statusCode, clockSkewCorrected };
    throw Object.assign(new Error(message), { name, $metadata });
  }

  /**
   * Like {@link send}; reads the body, too.
   * @throws Error also if the body is larger than 64 MiB
   */
  async call(request: DirectRequest, abortSignal: AbortSignal): Promise<Buffer> {
    const body = await readBody((await this.send(request, abortSignal)).body, maxBodyBytes);
    if (body.length >= maxBodyBytes)
      throw new Error(`the response has more than ${maxBodyBytes} bytes`);
    return body;
  }

  private prepare() {
    this.prepared ??= this.sample().catch((error: unknown) => {
      this.prepared = undefined;
      throw error;
    });
    return this.prepared;
  }

  private async sample(): Promise<{ readonly sample: HttpRequest; readonly signer: Signer }> {
    const command = await this.makeSample();
    const [sample, authScheme] = await new Promise<[HttpRequest, AuthScheme]>((resolve, reject) => {
      command.middlewareStack.add(
        (_, context) =>
          ({ request }) => {
            const [scheme] = (context.endpointV2?.properties?.['authSchemes'] ??
              []) as AuthScheme[];
            resolve([request as HttpRequest, scheme]);
            return new Promise(() => undefined);
          },
        { step: 'finalizeRequest', priority: 'high', name: 'sample' },
      );
      this.client.send(command as never).catch(reject);
    });
    return { sample, signer: await this.client.config.signer(authScheme) };
  }

  /** Follows the clock of the service, as the SDK does. Returns whether the clocks differed so much that a call fails. */
  private correctClock({ date = '', age }: Readonly<Record<string, string | undefined>>): boolean {
    const offset = Date.parse(date) - Date.now();
    if (Number.isNaN(offset) || age !== undefined) return false;
    const { config } = this.client;
    const isSkewed = Math.abs(offset - config.systemClockOffset) >= clockSkewMs;
    config.systemClockOffset = offset;
    return isSkewed;
  }
}

/** The answer to a HEAD request has no body that names the error. */
function nameOf(status: number, method: DirectRequest['method']): string {
  if (status === 404) return 'NotFound';
  return status === 403 && method === 'HEAD' ? 'AccessDenied' : 'UnknownError';
}
