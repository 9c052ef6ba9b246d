import { baseStyle } from '#antenna/web-page';

import { crashStyle } from './crash-style.js';
import { searchStyle } from './search-style.js';
import { statisticsStyle } from './statistics-style.js';

/** The style sheet of all pages. The page of a crash, of search and so on add what only they have. */
export const pageStyle = String.raw`${baseStyle}
body > header { display: flex; flex-wrap: wrap; gap: 0.25rem 1.5rem; justify-content: space-between; border-bottom: 1px solid var(--line); }
body > header p { color: var(--faint); font-size: 0.9rem; overflow-wrap: anywhere; }
nav a { margin-right: 1rem; }
nav a[aria-current] { color: inherit; font-weight: 600; text-decoration: none; }
main:focus { outline: none; }
h1 { overflow-wrap: anywhere; }

.wide { overflow-x: auto; }
.wide th[scope="col"], .id, .number, time { white-space: nowrap; }
.wide td, .wide th[scope="row"] { min-width: 3rem; }
.wide th[scope="row"] { min-width: 12rem; }
.number { text-align: right; font-variant-numeric: tabular-nums; }
.id { font-family: ui-monospace, monospace; font-size: 0.85em; }

.empty { border: 1px dashed var(--line); border-radius: 4px; padding: 1rem; margin: 1rem 0; }
.empty h2 { margin-top: 0; }
pre { margin: 0.25rem 0; padding: 0.5rem; font: 0.9rem/1.4 ui-monospace, monospace; white-space: pre-wrap; overflow-wrap: anywhere; background: var(--shade); border-radius: 4px; }

.spark { display: block; width: 8rem; height: 1.25rem; }
.spark path { fill: var(--link); }

form label { font-weight: 600; }
.find { display: flex; gap: 0.25rem; margin-left: auto; }
.find input { width: 17rem; }
.find button { margin: 0; padding: 0.2rem 0.75rem; }
input { font: inherit; max-width: 100%; background: var(--paper); color: var(--ink); border: 1px solid var(--faint); border-radius: 4px; padding: 0.3rem; }
${crashStyle}
${searchStyle}
${statisticsStyle}`;
