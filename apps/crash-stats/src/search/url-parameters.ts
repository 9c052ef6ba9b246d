import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';

/** The parameters of the URL, in order, with repeated ones. */
export const UrlParameters = createParamDecorator(
  (_data: unknown, context: ExecutionContext): URLSearchParams => {
    const { url } = context.switchToHttp().getRequest<FastifyRequest>();
    const start = url.indexOf('?');
    return new URLSearchParams(start === -1 ? '' : url.slice(start));
  },
);
