import { readFile, stat } from 'node:fs/promises';
import { createSecureContext } from 'node:tls';

/** Certificate chain and private key, as PEM. */
export interface TlsKeyPair {
  readonly cert: string;
  readonly key: string;
}

/** A key pair in two files that somebody else renews. */
export class TlsFiles {
  private seen = '';

  constructor(
    private readonly certFile: string,
    private readonly keyFile: string,
  ) {}

  /**
   * The pair, when it is another one than at the last call.
   * @throws Error when a file cannot be read, or key and certificate do not belong together: then a later call reads anew
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
