import type { ScriptedAnswer } from '#antenna/testing';

/** Responses of an S3 server, for failures that no stand-in produces on demand. */
export const stored: ScriptedAnswer = (response) => {
  response.writeHead(200, { etag: '"etag"' }).end();
};

export const silence: ScriptedAnswer = () => undefined;

export const brokenConnection: ScriptedAnswer = (response) => {
  response.socket?.destroy();
};

export function s3Failure(status: number, code: string): ScriptedAnswer {
  return (response) => {
    const body = `<?xml version="1.0"?><Error><Code>${code}</Code><Message>no luck</Message></Error>`;
    response.writeHead(status, { 'content-type': 'application/xml' }).end(body);
  };
}

/** An object with its headers; the body may be shorter than they announce. */
export function object(body: string, headers: Record<string, string> = {}): ScriptedAnswer {
  return (response) => {
    response.writeHead(200, { 'content-length': body.length, ...headers });
    if (headers['content-length'] === undefined) response.end(body);
    else response.write(body);
  };
}
