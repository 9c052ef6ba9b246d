import { Controller, Get, Header } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';

import { pageIcon } from '#antenna/web-page';

import { pageScript } from './page-script.js';
import { pageStyle } from './page-style.js';

/** The files of the pages. They contain no data, and the browser asks whether they have changed. */
@ApiExcludeController()
@Controller('page')
export class FilesController {
  @Get('style.css')
  @Header('content-type', 'text/css; charset=utf-8')
  @Header('cache-control', 'no-cache')
  style(): string {
    return pageStyle;
  }

  @Get('script.js')
  @Header('content-type', 'text/javascript; charset=utf-8')
  @Header('cache-control', 'no-cache')
  script(): string {
    return pageScript;
  }

  @Get('icon.svg')
  @Header('content-type', 'image/svg+xml')
  @Header('cache-control', 'no-cache')
  icon(): string {
    return pageIcon;
  }
}
