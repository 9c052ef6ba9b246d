import { readFile, stat } from 'node:fs/promises';
import { createSecureContext } from 'node:tls';

/** Certificate chain and private key, as PEM. */
export interface TlsKeyPair {
  readonly cert: string;
  readonly key: string;
}

/** A key pair in two files, which another program renews. */
export class TlsFiles {
  private seen = '';

  constructor(
    private readonly certFile: string,
    private readonly keyFile: string,
  ) {}

  /**
   * The pair if it has changed since the last call.
   * @throws Error if a file cannot be read, or key and certificate do not match; the next call reads them again
   */
  async changed(): Promise<TlsKeyPair | undefined> {
    const now = (await Promise.all([this.certFile, this.keyFile].map(fingerprint))).join('\n');
    if (now === this.seen) return undefined;
    const pair = {
      cert: await readFile(this.certFile, 'utf8'),
      key: await readFile(this.keyFile, 'utf8'),
    };
    createSecureContext(pair);
    this.seen = now;
    return pair;
  }
}

async function fingerprint(file: string): Promise<string> {
  const { ino, size, mtimeNs, ctimeNs } = await stat(file, { bigint: true });
  return [ino, size, mtimeNs, ctimeNs].join(' ');
}
