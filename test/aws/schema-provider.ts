import {
  loadPackageDefinition,
  Server,
  ServerCredentials,
  type ServiceDefinition,
} from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';

import type { SchemaBlock } from './aws-provider-schema.js';

/** A provider of Terraform that has schemas only. Enough to validate, and to plan where all resources are mocked. */
export class SchemaProvider {
  private constructor(
    private readonly server: Server,
    private readonly port: number,
  ) {}

  /** @param protocol the file with version 6 of the plugin protocol */
  static async start(
    protocol: string,
    resources: Readonly<Record<string, SchemaBlock>>,
  ): Promise<SchemaProvider> {
    const { tfplugin6 } = loadPackageDefinition(loadSync(protocol)) as unknown as {
      tfplugin6: { Provider: { service: ServiceDefinition } };
    };
    const schemas = Object.entries(resources).map(([name, block]) => [name, { block }]);
    const answers: Readonly<Record<string, object>> = {
      GetProviderSchema: {
        provider: { block: {} },
        resourceSchemas: Object.fromEntries(schemas) as object,
        serverCapabilities: { getProviderSchemaOptional: false },
      },
    };
    const server = new Server();
    // Whatever else is asked is valid: a message without diagnostics.
    const methods = Object.keys(tfplugin6.Provider.service).map((method) => [
      method,
      (_call: unknown, reply: (error: null, answer: object) => void) => {
        reply(null, answers[method] ?? {});
      },
    ]);
    server.addService(
      tfplugin6.Provider.service,
      Object.fromEntries(methods) as Parameters<Server['addService']>[1],
    );
    const port = await new Promise<number>((resolve, reject) => {
      server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, bound) => {
        if (error) reject(error);
        else resolve(bound);
      });
    });
    return new SchemaProvider(server, port);
  }

  /** The variable that makes OpenTofu connect to this provider instead of installing one. */
  get environment(): Readonly<Record<string, string>> {
    const provider = {
      Protocol: 'grpc',
      ProtocolVersion: 6,
      Pid: process.pid,
      Test: true,
      Addr: { Network: 'tcp', String: `127.0.0.1:${this.port}` },
    };
    const providers = { 'registry.opentofu.org/hashicorp/aws': provider };
    return { TF_REATTACH_PROVIDERS: JSON.stringify(providers) };
  }

  close(): void {
    this.server.forceShutdown();
  }
}
