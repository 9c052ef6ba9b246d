import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { generate } from 'selfsigned';

import type { CertificateFiles } from '#antenna/testing';

const dayMs = 24 * 60 * 60 * 1000;
const common = { algorithm: 'sha256', keyType: 'rsa', keySize: 2048 } as const;
const validity = () => ({
  notBeforeDate: new Date(Date.now() - dayMs),
  notAfterDate: new Date(Date.now() + 2 * dayMs),
});

/** The authority of a cluster, for servers and clients. */
export class CertificateAuthority {
  private constructor(
    private readonly directory: string,
    private readonly key: string,
    /** PEM. */
    readonly certificate: string,
  ) {}

  static async in(directory: string): Promise<CertificateAuthority> {
    const { private: key, cert } = await generate([{ name: 'commonName', value: 'cluster' }], {
      ...common,
      ...validity(),
      extensions: [
        { name: 'basicConstraints', cA: true },
        { name: 'keyUsage', keyCertSign: true, digitalSignature: true },
      ],
    });
    const authority = new CertificateAuthority(directory, key, cert);
    await writeFile(authority.file, cert);
    return authority;
  }

  /** The path of the certificate. */
  get file(): string {
    return join(this.directory, 'ca.crt');
  }

  /** Issues a certificate for a server with these names, or for a client. */
  async issue(
    commonName: string,
    names: { readonly hosts?: readonly string[]; readonly ips?: readonly string[] } = {},
  ): Promise<CertificateFiles> {
    const { hosts = [commonName], ips = [] } = names;
    const pem = await generate([{ name: 'commonName', value: commonName }], {
      ...common,
      ...validity(),
      ca: { key: this.key, cert: this.certificate },
      extensions: [
        { name: 'basicConstraints', cA: false },
        { name: 'extKeyUsage', serverAuth: true, clientAuth: true },
        {
          name: 'subjectAltName',
          altNames: [
            ...hosts.map((value) => ({ type: 2 as const, value })),
            ...ips.map((ip) => ({ type: 7 as const, ip })),
          ],
        },
      ],
    });
    const file = (ending: string) => join(this.directory, `${commonName}.${ending}`);
    const files = { cert: file('crt'), key: file('key') };
    await writeFile(files.cert, pem.cert);
    await writeFile(files.key, pem.private);
    return files;
  }
}
