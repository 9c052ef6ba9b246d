import { describe, expect, it } from '@jest/globals';
import { reportText } from './report-document.js';
import { reportPage } from './report-page.js';

const hostile = `</script><script>alert("&')</script>`;
const report = {
  title: hostile,
  facts: [['time', hostile]] as const,
  tables: [
    { title: 'Outcomes', head: ['count', 'outcome'], rows: [['12', hostile]] },
    { title: 'Nothing', head: ['count'], rows: [] },
  ],
  plots: [
    {
      title: 'Rate',
      unit: '1/s',
      seconds: [1, 2],
      from: 'start',
      lines: [{ name: hostile, values: [1, null] }],
    } as const,
  ],
  problems: [hostile],
};

describe('the page of a report', () => {
  it('escapes every string, also those in the data of the plots', async () => {
    const page = await reportPage(report);
    expect(page).not.toContain(hostile);
    expect(page.split('</script>')).toHaveLength(4);
    expect(page.split('&lt;/script&gt;&lt;script&gt;alert(&quot;&amp;&#39;)').length - 1).toBe(5);
    const data = /id="plots">(.*?)<\/script>/s.exec(page)?.[1] ?? '';
    expect(JSON.parse(data)).toEqual(report.plots);
  });

  it('shows characters that hide, reorder or end a line as escapes', async () => {
    const problems = ['\u202egood\n  9  200 CrashID\u009b31m'];
    const shown = String.raw`\u202egood\u000a  9  200 CrashID\u009b31m`;
    expect(await reportPage({ ...report, problems })).toContain(`<li>${shown}</li>`);
    expect(reportText({ ...report, problems })).toContain(`Problems\n  ${shown}\n`);
  });

  it('contains the drawing library and refers to no other file', async () => {
    const page = await reportPage(report);
    expect(page).toMatch(/uPlot\s*=/);
    expect(page).not.toMatch(/(src|href)\s*=|@import|url\(/i);
    expect(page).toContain("default-src 'none'");
  });
});

describe('the text of a report', () => {
  it('has facts, the tables that have rows, and problems', () => {
    expect(reportText({ ...report, title: 'A load', facts: [['time', '1 s']] })).toBe(
      `A load\n\ntime  1 s\n\nOutcomes\ncount  outcome\n   12  ${hostile}\n\nProblems\n  ${hostile}\n`,
    );
  });
});
