import { Controller, Get, Header } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';

import { html } from '#antenna/web-page';

import { ViewerOf } from '../../access/access.guard.js';
import type { Viewer } from '../../access/viewer.js';
import { emptyState } from '../../layout/empty-state.js';
import { page } from '../../layout/page.js';

@ApiExcludeController()
@Controller()
export class HomeController {
  @Get()
  @Header('content-type', 'text/html; charset=utf-8')
  home(@ViewerOf() viewer: Viewer): string {
    const content = emptyState(
      'No crashes yet',
      html`<p>Send one, in a second terminal:</p>
        <pre>
curl -F ProductName=MyGame -F Version=1.0 -F upload_file_minidump=@examples/game.dmp http://127.0.0.1:8000/submit</pre>`,
    );
    return page(viewer, { title: 'Crash Stats', active: 'home', content });
  }
}
