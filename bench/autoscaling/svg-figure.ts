import { type Panel, panelSvg } from './svg-panel.js';

export interface Figure {
  readonly title: string;
  /** What a reader who cannot see it should know. */
  readonly description: string;
  readonly panels: readonly Panel[];
}

const width = 860;
const panelHeight = 110;
const pitch = 170;

/** Panels below each other over the same day; readable on light and on dark ground. */
export function figureSvg({ title, description, panels }: Figure): string {
  const height = 40 + panels.length * pitch;
  const body = panels.map((panel, index) =>
    panelSvg(panel, { left: 70, top: 64 + index * pitch, width: width - 90, height: panelHeight }),
  );
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img" aria-labelledby="title description">
<title id="title">${escape(title)}</title>
<desc id="description">${escape(description)}</desc>
<style>
  svg { font: 12px system-ui, sans-serif; color-scheme: light dark; }
  .ground { fill: #ffffff; } .title { fill: #1b1f24; font-weight: 600; } .tick { fill: #4a5460; }
  .grid { stroke: #d5dae0; } .line { stroke: #0a5fb4; stroke-width: 1.8; fill: none; }
  .limit { stroke: #b3261e; stroke-dasharray: 6 4; }
  @media (prefers-color-scheme: dark) {
    .ground { fill: #12161b; } .title { fill: #eef1f4; } .tick { fill: #b4bdc7; }
    .grid { stroke: #333b45; } .line { stroke: #6db3f2; } .limit { stroke: #ff8a80; }
  }
</style>
<rect class="ground" width="${width}" height="${height}"/>
<text class="title" x="16" y="24" font-size="15">${escape(title)}</text>
${body.join('\n')}
</svg>
`;
}

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}
