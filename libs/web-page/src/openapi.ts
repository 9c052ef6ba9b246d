import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';

interface ApiWords {
  readonly title: string;
  readonly description: string;
}

/** Describes the API, without the health and Dockerflow endpoints, which all services have. */
function openApiDocument(
  app: NestFastifyApplication,
  { title, description }: ApiWords,
): OpenAPIObject {
  const about = new DocumentBuilder()
    .setTitle(title)
    .setDescription(description)
    .setVersion('1')
    .setOpenAPIVersion('3.1.0')
    .build();
  const document = SwaggerModule.createDocument(app, about, { autoTagControllers: false });
  const paths = Object.entries(document.paths).filter(([path]) => path.startsWith('/v1/'));
  return { ...document, paths: Object.fromEntries(paths) };
}

/** Serves the document at `/v1/openapi.json`. It is created once, at the start. */
export function serveOpenApi(app: NestFastifyApplication, words: ApiWords): void {
  const json = `${JSON.stringify(openApiDocument(app, words), null, 2)}\n`;
  app
    .getHttpAdapter()
    .getInstance()
    .get('/v1/openapi.json', async (_request, reply) => {
      await reply.type('application/json; charset=utf-8').send(json);
    });
}
