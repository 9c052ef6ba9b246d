import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { escapeHtml } from './escape-html.js';
import type { Plot, ReportDocument, ReportTable } from './report-document.js';

const style = `
:root { color-scheme: light dark; }
body { font: 15px/1.5 system-ui, sans-serif; max-width: 80rem; margin: 2rem auto; padding: 0 1rem; }
table { border-collapse: collapse; margin: 1rem 0; }
th, td { text-align: left; padding: 0.2rem 1.2rem 0.2rem 0; vertical-align: top; overflow-wrap: anywhere; }
table.counts td:first-child { text-align: right; font-variant-numeric: tabular-nums; }
.problems { border-left: 0.3rem solid #c0392b; padding-left: 1rem; }
#drawings .uplot { margin: 1.5rem 0; background: #fff; color: #222; }
`;

/** Draws each plot that the page contains as JSON. */
const script = `
const colors = ['#1f6feb', '#d9822b', '#2a9d60', '#c0392b', '#8250df', '#57606a'];
for (const plot of JSON.parse(document.getElementById('plots').textContent)) {
  new uPlot({
    title: plot.title, width: Math.min(960, document.body.clientWidth), height: 260,
    scales: { x: { time: plot.from === '1970' } },
    axes: [{}, { label: plot.unit, size: 70 }],
    series: [
      plot.from === '1970' ? {} : { label: 'second' },
      ...plot.lines.map(({ name }, index) => ({ label: name, stroke: colors[index % colors.length], width: 1.5 })),
    ],
  }, [plot.seconds, ...plot.lines.map(({ values }) => values)], document.getElementById('drawings'));
}
`;

/** A page that needs no other file and no network. */
export async function reportPage(report: ReportDocument): Promise<string> {
  const { title, facts, tables, plots, problems } = report;
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'">
<title>${escapeHtml(title)}</title>
<style>${style}</style>
<h1>${escapeHtml(title)}</h1>
${problemList(problems)}
<table>${facts.map(([name, value]) => row('th', [name], [value])).join('')}</table>
${tables
  .filter(({ rows }) => rows.length > 0)
  .map(tableHtml)
  .join('\n')}
${plots.length === 0 ? '' : await drawings(plots)}
</html>
`;
}

function problemList(problems: readonly string[]): string {
  if (problems.length === 0) return '';
  const items = problems.map((problem) => `<li>${escapeHtml(problem)}</li>`).join('');
  return `<div class="problems"><h2>Problems</h2><ul>${items}</ul></div>`;
}

function tableHtml({ title, head, rows }: ReportTable): string {
  const body = rows.map((cells) => row('td', cells)).join('');
  return `<h2>${escapeHtml(title)}</h2>\n<table class="counts">${row('th', head)}${body}</table>`;
}

function row(cell: 'th' | 'td', cells: readonly string[], values: readonly string[] = []): string {
  const first = cells.map((text) => `<${cell}>${escapeHtml(text)}</${cell}>`);
  return `<tr>${[...first, ...values.map((text) => `<td>${escapeHtml(text)}</td>`)].join('')}</tr>\n`;
}

async function drawings(plots: readonly Plot[]): Promise<string> {
  const require = createRequire(import.meta.url);
  const library = await readFile(require.resolve('uplot/dist/uPlot.iife.min.js'), 'utf8');
  const libraryStyle = await readFile(require.resolve('uplot/dist/uPlot.min.css'), 'utf8');
  // No string in it can end the script element or start a comment.
  const json = JSON.stringify(plots).replaceAll('<', String.raw`\u003c`);
  return `<style>${libraryStyle}</style>
<div id="drawings"></div>
<script type="application/json" id="plots">${json}</script>
<script>${library}</script>
<script>${script}</script>`;
}
