import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

const keyId = 'of-the-tests';

/** An OpenID provider that signs everybody in as `user`, without asking. */
export class OpenIdProvider {
  user: { readonly email: string; readonly groups: readonly string[] } = { email: '', groups: [] };
  private nonce = '';

  private constructor(
    private readonly server: Server,
    private readonly client: string,
    private readonly keys: { readonly publicKey: KeyObject; readonly privateKey: KeyObject },
  ) {}

  static async start(client: string): Promise<OpenIdProvider> {
    const server = createServer();
    const keys = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const provider = new OpenIdProvider(server, client, keys);
    server.on('request', (request, response) => provider.answer(request, response));
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', resolve);
    });
    return provider;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => {
      this.server.close(resolve);
    });
  }

  private answer(request: IncomingMessage, response: ServerResponse): void {
    const { pathname, searchParams: query } = new URL(request.url ?? '', this.url);
    if (pathname === '/authorize') {
      this.nonce = query.get('nonce') ?? '';
      const back = new URL(query.get('redirect_uri') ?? '');
      back.searchParams.set('code', 'a-code');
      back.searchParams.set('state', query.get('state') ?? '');
      response.writeHead(302, { location: back.href }).end();
      return;
    }
    const body = this.bodyOf(pathname);
    request.resume();
    response
      .writeHead(body === undefined ? 404 : 200, { 'content-type': 'application/json' })
      .end(JSON.stringify(body ?? {}));
  }

  private bodyOf(path: string): object | undefined {
    switch (path) {
      case '/.well-known/openid-configuration':
        return {
          issuer: this.url,
          authorization_endpoint: `${this.url}/authorize`,
          token_endpoint: `${this.url}/token`,
          jwks_uri: `${this.url}/keys`,
          id_token_signing_alg_values_supported: ['RS256'],
          code_challenge_methods_supported: ['S256'],
        };
      case '/keys': {
        const key = this.keys.publicKey.export({ format: 'jwk' });
        return { keys: [{ ...key, kid: keyId, alg: 'RS256', use: 'sig' }] };
      }
      case '/token':
        return {
          access_token: 'an-access-token',
          token_type: 'Bearer',
          expires_in: 3600,
          id_token: this.idToken(),
        };
      default:
        return undefined;
    }
  }

  private idToken(): string {
    const now = Math.floor(Date.now() / 1000);
    const claims = {
      iss: this.url,
      aud: this.client,
      sub: this.user.email,
      nonce: this.nonce,
      iat: now,
      exp: now + 3600,
      email_verified: true,
      ...this.user,
    };
    const content = [{ alg: 'RS256', kid: keyId }, claims]
      .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
      .join('.');
    const signature = sign('RSA-SHA256', Buffer.from(content), this.keys.privateKey);
    return `${content}.${signature.toString('base64url')}`;
  }
}
