import { createHash, createHmac, createSecretKey, type KeyObject } from 'node:crypto';

type Data = string | ArrayBuffer | ArrayBufferView;

/** SHA-256 and its HMAC for the SDK's signer. The SDK's own class imports the same few keys for each request. */
export class Sha256 {
  readonly digestLength = 32;
  private state: ReturnType<typeof createHash | typeof createHmac>;

  constructor(private readonly secret?: Data) {
    this.state = this.start();
  }

  update(data: Uint8Array): void {
    this.state.update(data);
  }

  async digest(): Promise<Uint8Array> {
    return this.state.digest();
  }

  reset(): void {
    this.state = this.start();
  }

  private start() {
    return this.secret === undefined
      ? createHash('sha256')
      : createHmac('sha256', keyOf(this.secret));
  }
}

/** Signing keys, which the SDK keeps for a day. */
const signingKeys = new WeakMap<object, KeyObject>();
/** The secret access key of the latest request. */
let accessKey: { readonly secret: string; readonly key: KeyObject } | undefined;

function keyOf(secret: Data): KeyObject {
  if (typeof secret === 'string') {
    if (accessKey?.secret !== secret)
      accessKey = { secret, key: createSecretKey(Buffer.from(secret)) };
    return accessKey.key;
  }
  const known = signingKeys.get(secret);
  if (known) return known;
  const key = createSecretKey(bytesOf(secret));
  signingKeys.set(secret, key);
  return key;
}

function bytesOf(data: ArrayBuffer | ArrayBufferView): Buffer {
  return ArrayBuffer.isView(data)
    ? Buffer.from(data.buffer, data.byteOffset, data.byteLength)
    : Buffer.from(data);
}
