import { Body, Controller, HttpCode, HttpStatus, Post } from '@nestjs/common';
import { ApiNoContentResponse, ApiOperation, ApiTags } from '@nestjs/swagger';

import { ApiProblem } from '../http/problem.js';
import { TolerantBodyPipe } from '../http/request-body.js';
import { IngestInstances } from './ingest-instances.js';
import { IngestReport } from './ingest-report.dto.js';

/** Receives the reports of ingest instances. */
@ApiTags('ingest')
@Controller('v1/ingest-reports')
export class IngestReportsController {
  constructor(private readonly instances: IngestInstances) {}

  @Post()
  @HttpCode(HttpStatus.NO_CONTENT)
  @ApiOperation({
    summary: 'Reports the revision of an ingest instance and what the rules decided',
  })
  @ApiNoContentResponse({ description: 'Counted' })
  @ApiProblem(HttpStatus.BAD_REQUEST, HttpStatus.PAYLOAD_TOO_LARGE)
  report(@Body(TolerantBodyPipe) report: IngestReport): void {
    this.instances.reported(report);
  }
}
