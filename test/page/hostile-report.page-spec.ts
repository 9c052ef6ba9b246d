import { expect, it } from '@jest/globals';

import { HostileCollector } from '../crash-stats/hostile-collector.js';
import { injectedElement } from '../crash-stats/hostile-reports.js';
import { describeInBrowser, offScreen, unfoldAll } from './in-browser.js';

const start = async (): Promise<HostileCollector> => await HostileCollector.start();

describeInBrowser('hostile reports', start, (antenna) => {
  it('inject nothing into any page, run nothing and cover nothing', async () => {
    const pages = [
      '/',
      '/top',
      '/search',
      ...antenna.service.crashes.flatMap(({ crashId, signature }) => [
        `/crash/${crashId}`,
        `/signature?${new URLSearchParams({ signature }).toString()}`,
      ]),
    ];
    const page = await antenna.open({ viewport: { width: 390, height: 800 } });
    page.on('dialog', (dialog) => {
      antenna.fail(`a dialog: ${dialog.message()}`);
      void dialog.dismiss();
    });
    const faults: string[] = [];
    for (const path of pages) {
      await page.goto(antenna.service.url + path);
      await unfoldAll(page);
      const injected = `${injectedElement}, img, [onerror], script:not([src^="/page/"]), iframe, object, base, meta[http-equiv]`;
      const count = await page.locator(injected).count();
      if (count > 0) faults.push(`${path}: ${count} elements of a report`);
      for (const cut of await offScreen(page)) faults.push(`${path}: cut off: ${cut}`);
    }
    expect(faults).toEqual([]);
    expect(pages.length).toBeGreaterThan(20);
  }, 240_000);
});
