import { mozillaRuleset } from '#antenna/bundled-rules';

import { attack, describeInBrowser, type PageUnderTest, reordered } from './in-browser.js';
import { ThrottleConfigProcess } from './throttle-config-process.js';

const authors = [attack, reordered].map((user, index) => ({
  revision: `${index}`.padStart(16, '0'),
  acceptedAt: new Date(Date.now() - (index + 1) * 86_400_000).toISOString(),
  source: user,
  edit: user,
  user,
  ruleset: `# ${user}\n`,
}));

export const broken = mozillaRuleset.replace('result: fakeaccept', 'result: fake');
export const renamed = mozillaRuleset.replace('name: b2g', 'name: retired_product');

/** Runs tests of the page of rules, each with a throttle-config that has the Mozilla rules. */
export function describeRulesPage(
  title: string,
  tests: (page: PageUnderTest<ThrottleConfigProcess>) => void,
): void {
  describeInBrowser(title, () => ThrottleConfigProcess.start(mozillaRuleset, authors), tests);
}
