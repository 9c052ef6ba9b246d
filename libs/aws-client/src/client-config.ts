import { Sha256 } from './sha256.js';

/** How to reach a service of AWS or a compatible server. */
export interface AwsClientOptions {
  /** Default: from the environment, the shared config file or the instance metadata. */
  readonly region?: string | undefined;
  /** URL of a compatible server, such as `http://127.0.0.1:9000`. Default: AWS. */
  readonly endpoint?: string | undefined;
  /** Default: the SDK's credential chain (environment, web identity, container, instance profile). */
  readonly credentials?: AwsCredentials | undefined;
  /** Milliseconds for the TCP and TLS handshakes. Default 3,000. */
  readonly connectTimeoutMs?: number | undefined;
}

interface AwsCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/** Without it, the SDK writes warnings to the console that are also thrown as errors. */
const quiet = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};

/** The client configuration that is the same for every service. */
export function clientConfig(options: AwsClientOptions, maxSockets: number) {
  const { region, endpoint, credentials, connectTimeoutMs = 3_000 } = options;
  return {
    ...(region !== undefined && { region }),
    ...(endpoint !== undefined && { endpoint }),
    ...(credentials !== undefined && { credentials }),
    logger: quiet,
    sha256: Sha256,
    requestHandler: {
      connectionTimeout: connectTimeoutMs,
      httpAgent: { maxSockets },
      httpsAgent: { maxSockets },
    },
  };
}
