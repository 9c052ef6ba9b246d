import {
  Body,
  Controller,
  Header,
  HttpCode,
  HttpStatus,
  Post,
  UseInterceptors,
} from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';

import { type Html, html, ProblemException, SafePageInterceptor } from '#antenna/web-page';

import { HistoryService } from '../api/history/history.service.js';
import { readComparison } from './dry-run-form.js';
import { comparedSection } from './history-section.js';
import { answerPage } from './whole-page.js';

/** Compares two revisions, or one with the draft. */
@ApiExcludeController()
@UseInterceptors(SafePageInterceptor)
@Controller('page/compare')
export class HistoryPageController {
  constructor(private readonly history: HistoryService) {}

  @Post()
  @HttpCode(HttpStatus.OK)
  @Header('content-type', 'text/html; charset=utf-8')
  async compare(@Body() body: unknown): Promise<string> {
    const { from, to, draft } = readComparison(body);
    return answerPage(await this.compared(from, to, draft), '#history');
  }

  private async compared(from: string, to: string, draft: string): Promise<Html> {
    if (to === 'draft' && draft.trim() === '')
      return html`<p>There is no draft yet: write one, or load the live rules.</p>`;
    try {
      const diff =
        to === 'draft'
          ? await this.history.draftDiff(draft, from)
          : await this.history.diff(from, to);
      return comparedSection(diff, (await this.history.revision(from)).goBack);
    } catch (error) {
      if (!(error instanceof ProblemException)) throw error;
      return html`<p>They cannot be compared: ${error.problem.detail}.</p>`;
    }
  }
}
