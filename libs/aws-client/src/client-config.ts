/** How a service of AWS, or another server with its API, is reached. */
export interface AwsClientOptions {
  /** Default: what the SDK finds in the environment, the shared config file or the instance metadata. */
  readonly region?: string | undefined;
  /** Another server with the same API, such as `http://127.0.0.1:9000`. */
  readonly endpoint?: string | undefined;
  /** Default: the SDK's credential chain (environment, web identity, container, instance profile). */
  readonly credentials?: AwsCredentials | undefined;
  /** Milliseconds for TCP and TLS. Default 3,000. */
  readonly connectTimeoutMs?: number | undefined;
}

export interface AwsCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/** The SDK would warn on the console, of what we get as an error anyway. */
const quiet = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};

/** The part of a client's configuration that is the same for every service. */
export function clientConfig(options: AwsClientOptions, maxSockets: number) {
  const { region, endpoint, credentials, connectTimeoutMs = 3_000 } = options;
  return {
    ...(region !== undefined && { region }),
    ...(endpoint !== undefined && { endpoint }),
    ...(credentials !== undefined && { credentials }),
    logger: quiet,
    requestHandler: {
      connectionTimeout: connectTimeoutMs,
      httpAgent: { maxSockets },
      httpsAgent: { maxSockets },
    },
  };
}
