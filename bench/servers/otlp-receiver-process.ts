/**
 * Takes what OpenTelemetry's exporters send by HTTP and drops it. Answers its parent's question `bytes` with how much
 * has come. Argument: port.
 */
import { createServer } from 'node:http';

let bytes = 0;
createServer((request, response) => {
  request.on('data', (chunk: Buffer) => (bytes += chunk.length));
  // An empty body is a complete answer of the protocol: nothing was refused.
  request.on('end', () => response.setHeader('content-type', 'application/x-protobuf').end());
}).listen(Number(process.argv[2]), '127.0.0.1');
process.on('message', (question) => {
  if (question === 'bytes') process.send?.(bytes);
});
