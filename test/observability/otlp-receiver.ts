/** An OTLP/HTTP receiver (JSON) that keeps the received spans. */
import { startScriptedServer, waitFor } from '#antenna/testing';

export interface ReceivedSpan {
  readonly service: string;
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId: string | undefined;
  readonly name: string;
  /** INTERNAL 1, SERVER 2, CLIENT 3, PRODUCER 4, CONSUMER 5 */
  readonly kind: number;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly links: readonly { readonly traceId: string; readonly spanId: string }[];
  /** 2 is an error. */
  readonly status: number;
  readonly start: bigint;
  readonly end: bigint;
}

export interface OtlpReceiver {
  readonly url: string;
  readonly spans: ReceivedSpan[];
  /** All received bodies as one string. */
  text(): string;
  /** Waits for a span with these values, and returns the first. */
  spanWith(
    what: Partial<Pick<ReceivedSpan, 'name' | 'traceId'>>,
    crashId?: string,
  ): Promise<ReceivedSpan>;
  /** Settings with which a process exports to this receiver without delay. */
  readonly environment: Readonly<Record<string, string>>;
  stop(): Promise<void>;
}

interface OtlpValue {
  readonly stringValue?: string;
  readonly intValue?: string | number;
  readonly doubleValue?: number;
  readonly boolValue?: boolean;
}

interface OtlpAttribute {
  readonly key: string;
  readonly value: OtlpValue;
}

interface OtlpSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly kind: number;
  readonly attributes?: OtlpAttribute[];
  readonly links?: { traceId: string; spanId: string }[];
  readonly status?: { code?: number };
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
}

interface OtlpTraces {
  readonly resourceSpans?: readonly {
    readonly resource?: { attributes?: OtlpAttribute[] };
    readonly scopeSpans: readonly { readonly spans: readonly OtlpSpan[] }[];
  }[];
}

export async function startOtlpReceiver(): Promise<OtlpReceiver> {
  const server = await startScriptedServer();
  const spans: ReceivedSpan[] = [];
  server.script((response, { url, body }) => {
    if (url === '/v1/traces') spans.push(...spansIn(JSON.parse(body.toString()) as OtlpTraces));
    response.setHeader('content-type', 'application/json').end('{}');
  });
  return {
    url: server.url,
    spans,
    text: () => server.requests.map(({ body }) => body.toString()).join('\n'),
    spanWith: async ({ name, traceId }, crashId) =>
      await waitFor(
        () =>
          spans.find(
            (span) =>
              (name === undefined || span.name === name) &&
              (traceId === undefined || span.traceId === traceId) &&
              (crashId === undefined || span.attributes['crash.id'] === crashId),
          ),
        {
          timeoutMs: 20_000,
          describe: () =>
            `${name} of ${crashId} among ${spans.map((span) => span.name).join(', ')}`,
        },
      ),
    environment: {
      OTEL_EXPORTER_OTLP_ENDPOINT: server.url,
      OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
      OTEL_BSP_SCHEDULE_DELAY: '50',
    },
    stop: async () => await server.stop(),
  };
}

function spansIn({ resourceSpans = [] }: OtlpTraces): ReceivedSpan[] {
  return resourceSpans.flatMap(({ resource, scopeSpans }) => {
    const service = String(attributesOf(resource?.attributes)['service.name']);
    return scopeSpans.flatMap((scope) => scope.spans.map((span) => received(service, span)));
  });
}

function received(service: string, span: OtlpSpan): ReceivedSpan {
  return {
    service,
    traceId: span.traceId,
    spanId: span.spanId,
    parentSpanId: span.parentSpanId === '' ? undefined : span.parentSpanId,
    name: span.name,
    kind: span.kind,
    attributes: attributesOf(span.attributes),
    links: (span.links ?? []).map(({ traceId, spanId }) => ({ traceId, spanId })),
    status: span.status?.code ?? 0,
    start: BigInt(span.startTimeUnixNano),
    end: BigInt(span.endTimeUnixNano),
  };
}

function attributesOf(attributes: readonly OtlpAttribute[] = []): Record<string, unknown> {
  return Object.fromEntries(
    attributes.map(({ key, value }) => [
      key,
      value.stringValue ?? value.doubleValue ?? value.boolValue ?? Number(value.intValue),
    ]),
  );
}
