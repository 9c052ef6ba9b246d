import { Controller, Get, Header } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';

import { StatusAnswer } from './status.dto.js';
import { StatusService } from './status.service.js';

@ApiTags('ruleset')
@Controller('v1/status')
export class StatusController {
  constructor(private readonly statuses: StatusService) {}

  @Get()
  @Header('cache-control', 'no-store')
  @ApiOperation({
    summary: 'Returns the live ruleset, the refused edit, and the revision of each ingest instance',
  })
  @ApiOkResponse({ type: StatusAnswer })
  status(): StatusAnswer {
    return this.statuses.status();
  }
}
