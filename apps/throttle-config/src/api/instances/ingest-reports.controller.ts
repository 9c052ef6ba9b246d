import { Body, Controller, HttpCode, HttpStatus, Post } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';

import { ApiProblem } from '#antenna/web-page';

import { TolerantBodyPipe } from '../http/request-body.js';
import { IngestInstances } from './ingest-instances.js';
import { ShadowService } from '../shadow/shadow.service.js';
import { IngestReport, IngestReportAnswer } from './ingest-report.dto.js';

/** Receives the reports of ingest instances. */
@ApiTags('ingest')
@Controller('v1/ingest-reports')
export class IngestReportsController {
  constructor(
    private readonly instances: IngestInstances,
    private readonly shadow: ShadowService,
  ) {}

  @Post()
  @HttpCode(HttpStatus.OK)
  @ApiOperation({
    summary: 'Reports the revision of an ingest instance and what the rules decided',
  })
  @ApiOkResponse({ description: 'Counted', type: IngestReportAnswer })
  @ApiProblem(HttpStatus.BAD_REQUEST, HttpStatus.PAYLOAD_TOO_LARGE)
  report(@Body(TolerantBodyPipe) report: IngestReport): IngestReportAnswer {
    this.instances.reported(report);
    const { instance, boot, shadow } = report;
    // Ingest of version 0.1 has no boot, and no drafts.
    return boot === undefined ? {} : { shadow: this.shadow.heard({ instance, boot }, shadow) };
  }
}
