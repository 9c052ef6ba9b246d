import { METHODS } from 'node:http';
import { MethodNotAllowedException } from '@nestjs/common';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

/** A request whose path exists, but not with its method. */
export interface RefusedMethod {
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  /** The value of the `Allow` header; the reply has it already. */
  readonly allow: string;
}

/** Node hands CONNECT requests to another listener. */
const methods = METHODS.filter((method) => method !== 'CONNECT');

/**
 * Must be called before the first route is added.
 *
 * @returns a function that adds routes for the other methods of all paths. Without them, the router would answer 404.
 */
export function collectMethods(
  fastify: FastifyInstance,
): (refuse: (refused: RefusedMethod) => void | Promise<void>) => void {
  for (const method of methods) {
    if (!fastify.supportedMethods.includes(method))
      fastify.addHttpMethod(method, { hasBody: true });
  }
  const paths = new Map<string, Set<string>>();
  fastify.addHook('onRoute', ({ url, method }) => {
    const known = paths.get(url) ?? [];
    paths.set(url, new Set([...known, ...[method].flat()]));
  });
  return (refuse) => {
    // The routes added here call the hook, too.
    for (const [url, known] of paths) {
      const others = methods.filter((method) => !known.has(method));
      const allow = [...known].toSorted().join(', ');
      if (others.length > 0) addRefusal(fastify, url, others, allow, refuse);
    }
  };
}

function addRefusal(
  fastify: FastifyInstance,
  url: string,
  method: string[],
  allow: string,
  refuse: (refused: RefusedMethod) => void | Promise<void>,
): void {
  fastify.route({
    method,
    url,
    // Before the body is read: its type or size must not matter.
    onRequest: async (request, reply) => {
      void reply.header('allow', allow);
      await refuse({ request, reply, allow });
    },
    handler: () => undefined,
  });
}

/** @throws {MethodNotAllowedException} always; the service's error filter answers it. */
export function refuseMethod({ allow }: RefusedMethod): never {
  throw new MethodNotAllowedException(`this path has only ${allow}`);
}
