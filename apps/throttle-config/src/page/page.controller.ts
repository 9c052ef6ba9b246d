import {
  Body,
  Controller,
  Get,
  Header,
  HttpCode,
  HttpStatus,
  Post,
  UseInterceptors,
} from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';

import { InvalidRulesetError } from '#antenna/throttle';

import { CurrentRuleset } from '../ruleset/current-ruleset.js';
import { StatusService } from '../api/status/status.service.js';
import { DryRunService } from '../api/dry-run/dry-run.service.js';
import { type Html, html } from './html.js';
import { liveSection } from './live-section.js';
import { pageScript } from './page-script.js';
import { pageIcon, pageStyle } from './page-style.js';
import { SafePageInterceptor } from './safe-page.interceptor.js';
import {
  readAnnotations,
  readDryRunForm,
  type DryRunForm,
  DryRunFormError,
} from './dry-run-form.js';
import { type DryRunOutcome, dryRunResult, dryRunSection } from './dry-run-section.js';

const htmlType = 'text/html; charset=utf-8';

/** The page for product owners. It is read-only: rules are edited at their source. */
@ApiExcludeController()
@UseInterceptors(SafePageInterceptor)
@Controller()
export class PageController {
  constructor(
    private readonly current: CurrentRuleset,
    private readonly statuses: StatusService,
    private readonly dryRun: DryRunService,
  ) {}

  @Get()
  @Header('content-type', htmlType)
  page(): string {
    return this.whole(dryRunSection());
  }

  /** The form without the script: returns the whole page with the result. */
  @Post()
  @HttpCode(HttpStatus.OK)
  @Header('content-type', htmlType)
  async tryRules(@Body() body: unknown): Promise<string> {
    const form = readDryRunForm(body);
    return this.whole(dryRunSection(form, await this.outcome(form)));
  }

  @Get('page/live')
  @Header('content-type', htmlType)
  live(): string {
    return this.liveSection().text;
  }

  @Post('page/try')
  @HttpCode(HttpStatus.OK)
  @Header('content-type', htmlType)
  async result(@Body() body: unknown): Promise<string> {
    return dryRunResult(await this.outcome(readDryRunForm(body))).text;
  }

  @Get('page/script.js')
  @Header('content-type', 'text/javascript; charset=utf-8')
  script(): string {
    return pageScript;
  }

  @Get('page/style.css')
  @Header('content-type', 'text/css; charset=utf-8')
  style(): string {
    return pageStyle;
  }

  @Get('page/icon.svg')
  @Header('content-type', 'image/svg+xml')
  icon(): string {
    return pageIcon;
  }

  private async outcome({ annotations, ruleset }: DryRunForm): Promise<DryRunOutcome> {
    const live = this.current.live.revision;
    try {
      const yaml = ruleset.trim() === '' ? undefined : ruleset;
      const answer = await this.dryRun.evaluate(readAnnotations(annotations), yaml);
      return { kind: 'evaluated', answer, live };
    } catch (error) {
      if (error instanceof InvalidRulesetError)
        return { kind: 'invalid ruleset', errors: error.problems };
      if (error instanceof DryRunFormError) return { kind: 'unreadable', message: error.message };
      throw error;
    }
  }

  private liveSection(): Html {
    return liveSection(this.statuses.status(), this.current.live.document);
  }

  private whole(dryRun: Html): string {
    return html`<!doctype html>
      <html lang="en">
        <head>
          <meta charset="utf-8" />
          <meta name="viewport" content="width=device-width, initial-scale=1" />
          <title>Throttle rules · Antenna</title>
          <link rel="icon" href="/page/icon.svg" />
          <link rel="stylesheet" href="/page/style.css" />
          <script src="/page/script.js" defer></script>
        </head>
        <body>
          <a class="skip" href="#try">Skip to trying a report</a>
          <main>
            <h1>Throttle rules</h1>
            <p id="news" role="status"></p>
            ${this.liveSection()} ${dryRun}
          </main>
        </body>
      </html> `.text;
  }
}
