import { Controller, Get, Header, NotFoundException } from '@nestjs/common';
import { Metrics } from '#antenna/telemetry';

/** The endpoint that Prometheus scrapes. */
@Controller()
export class MetricsController {
  constructor(private readonly metrics: Metrics) {}

  /** All metrics of this process, including those of other services in it. */
  @Get('metrics')
  @Header('content-type', 'text/plain; version=0.0.4; charset=utf-8')
  async scrape(): Promise<string> {
    const { expose } = this.metrics;
    if (!expose) throw new NotFoundException();
    return await expose();
  }
}
