import { Body, Controller, HttpCode, HttpStatus, Post } from '@nestjs/common';
import { ApiNoContentResponse, ApiOperation, ApiTags } from '@nestjs/swagger';

import { ApiProblem } from '../http/api-problem.decorator.js';
import { BodyPipe } from '../http/body.pipe.js';
import { IngestInstances } from './ingest-instances.js';
import { IngestReport } from './ingest-report.dto.js';

/** Takes what ingest processes tell of their work. */
@ApiTags('ingest')
@Controller('v1/ingest-reports')
export class IngestReportsController {
  constructor(private readonly fleet: IngestInstances) {}

  @Post()
  @HttpCode(HttpStatus.NO_CONTENT)
  @ApiOperation({ summary: 'An ingest process reports its revision and what the rules decided' })
  @ApiNoContentResponse({ description: 'Counted' })
  @ApiProblem(HttpStatus.BAD_REQUEST, HttpStatus.PAYLOAD_TOO_LARGE)
  report(@Body(BodyPipe) report: IngestReport): void {
    this.fleet.reported(report);
  }
}
