import { Controller, Get, Header, Inject } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';

import type { CrashSearch } from '#antenna/crash-index';
import { type Html, html } from '#antenna/web-page';

import { ViewerOf } from '../../access/access.guard.js';
import type { Viewer } from '../../access/viewer.js';
import { CRASH_SEARCH, SUBMIT_URL } from '../../dependencies.js';
import { emptyState } from '../../layout/empty-state.js';
import { page } from '../../layout/page.js';
import { productCounts } from '../../statistics/products.js';
import { risingSignatures } from '../../statistics/rising.js';
import { productsSection, risingSection } from './home-sections.js';

const shownRising = 20;

/** Three requests to the index for each page. */
@ApiExcludeController()
@Controller()
export class HomeController {
  constructor(
    @Inject(CRASH_SEARCH) private readonly search: CrashSearch,
    @Inject(SUBMIT_URL) private readonly submitUrl: string | undefined,
  ) {}

  @Get()
  @Header('content-type', 'text/html; charset=utf-8')
  async home(@ViewerOf() viewer: Viewer): Promise<string> {
    const now = Date.now();
    const [{ total, products }, rising] = await Promise.all([
      productCounts(this.search, now),
      risingSignatures(this.search, now, shownRising),
    ]);
    const content =
      total === 0
        ? emptyState('No crashes yet', this.nextStep())
        : html`${productsSection(products)} ${risingSection(rising)}`;
    return page(viewer, { title: 'Crash Stats', active: 'home', content });
  }

  private nextStep(): Html {
    const none = 'Nothing was received and processed in the last 28 days.';
    if (this.submitUrl === undefined)
      return html`<p>${none} Send a report, and check that the processor has the same index.</p>`;
    return html`<p>${none} Send a report, in a second terminal:</p>
      <pre>
curl -F ProductName=MyGame -F Version=1.0 -F upload_file_minidump=@examples/game.dmp ${this.submitUrl}</pre>`;
  }
}
