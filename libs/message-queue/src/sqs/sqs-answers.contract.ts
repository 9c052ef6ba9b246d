import type { RecordedRequest, ScriptedAnswer } from '#antenna/testing';

/** Responses of an SQS server, for failures that no stand-in produces on demand. */
export function answer(body: object): ScriptedAnswer {
  return (response) => {
    response.writeHead(200, { 'content-type': 'application/x-amz-json-1.0' });
    response.end(JSON.stringify(body));
  };
}

export const silence: ScriptedAnswer = () => undefined;

export function sqsFailure(status: number, type: string, message = 'no luck'): ScriptedAnswer {
  return (response) => {
    response.writeHead(status, { 'content-type': 'application/x-amz-json-1.0' });
    response.end(JSON.stringify({ __type: `com.amazonaws.sqs#${type}`, message }));
  };
}

/** The action of a request, and its parameters. */
export function parsed({ headers, body }: RecordedRequest): { action: string; input: unknown } {
  const [, action = ''] = String(headers['x-amz-target']).split('.');
  return { action, input: JSON.parse(body.toString()) };
}
