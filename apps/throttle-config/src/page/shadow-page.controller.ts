import {
  Body,
  Controller,
  Header,
  HttpCode,
  HttpStatus,
  Post,
  UseGuards,
  UseInterceptors,
} from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';

import { InvalidRulesetError } from '#antenna/throttle';
import { html, SafePageInterceptor, SameOriginGuard } from '#antenna/web-page';

import { ShadowRunningError, ShadowService } from '../api/shadow/shadow.service.js';
import { readDryRunForm, readShadowMs } from './dry-run-form.js';
import { answerPage } from './whole-page.js';

/** The buttons that start and stop a trial of the draft on live reports. */
@ApiExcludeController()
@UseGuards(SameOriginGuard)
@UseInterceptors(SafePageInterceptor)
@Controller('page/shadow')
export class ShadowPageController {
  constructor(private readonly shadow: ShadowService) {}

  @Post()
  @HttpCode(HttpStatus.OK)
  @Header('content-type', 'text/html; charset=utf-8')
  async start(@Body() body: unknown): Promise<string> {
    return answer(await this.startDraft(readDryRunForm(body).ruleset, readShadowMs(body)));
  }

  @Post('stop')
  @HttpCode(HttpStatus.OK)
  @Header('content-type', 'text/html; charset=utf-8')
  stop(): string {
    return answer(this.shadow.stop() ? 'The draft is stopped.' : 'No draft runs.');
  }

  private async startDraft(yaml: string, forMs: number): Promise<string> {
    if (yaml.trim() === '') return 'There is no draft yet: write one, or load the live rules.';
    try {
      await this.shadow.start(yaml, forMs);
      return 'The draft is being tried on live reports.';
    } catch (error) {
      if (error instanceof InvalidRulesetError) return 'The draft has errors: fix them first.';
      if (error instanceof ShadowRunningError) return 'Another draft is being tried.';
      throw error;
    }
  }
}

function answer(message: string): string {
  return answerPage(html`${message}`, '#shadow');
}
