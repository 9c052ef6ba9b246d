import { baseStyle } from '#antenna/web-page';

/** The style sheet of the page, served unchanged. page-script.ts explains why it is a string. */
export const pageStyle = String.raw`${baseStyle}
:root {
  --accept: var(--good);
  --defer: var(--link);
  --reject: var(--bad);
  --fakeaccept: #8250df;
  --continue: #818b98;
}

@media (prefers-color-scheme: dark) {
  :root {
    --fakeaccept: #ab7df8;
    --continue: #656c76;
  }
}

.problems { margin: 0.25rem 0; padding-left: 1.25rem; }
.place { font-weight: 600; }
.hint::before { content: "→ "; }

.rules { list-style: none; padding: 0; counter-reset: rule; }
.rules > li { counter-increment: rule; display: grid; grid-template-columns: minmax(0, 1fr) 18rem; gap: 0.25rem 1.5rem; padding: 0.5rem 0; border-top: 1px solid var(--line); }
.rules > li:target, #lists ~ details:has(:target) { background: var(--target); }
.rules h3 { margin: 0; overflow-wrap: anywhere; }
.rules h3::before { content: counter(rule) ". " / ""; color: var(--faint); font-weight: 400; }
.rules p { margin: 0; }
.description { color: var(--faint); font-size: 0.9rem; }
.entries { columns: 14rem; margin: 0.25rem 0; }
.matrix { max-width: 40rem; }
.buttons button { margin-right: 0.5rem; }
.history { list-style: none; padding: 0; }
.history li { padding: 0.25rem 0; border-top: 1px solid var(--line); }
.instances { list-style: none; padding: 0; }
.instances li { display: grid; grid-template-columns: minmax(0, 1fr) repeat(3, minmax(0, 1.3fr)); gap: 0 1rem; padding: 0.5rem 0; border-top: 1px solid var(--line); }

.periods a { margin-right: 0.5rem; }
.periods a[aria-current] { color: inherit; font-weight: 600; text-decoration: none; }
.verdicts { font-size: 0.85rem; color: var(--faint); padding-top: 0.35rem; }
.verdicts span { display: block; }
.bar { display: block; width: 100%; height: 0.8rem; }
.legend { list-style: none; padding: 0; font-size: 0.9rem; }
.legend li { display: inline-block; margin-right: 1rem; }
.legend svg { width: 0.8rem; height: 0.8rem; vertical-align: baseline; }
rect.accept { fill: var(--accept); }
rect.defer { fill: var(--defer); }
rect.reject { fill: var(--reject); }
rect.fakeaccept { fill: var(--fakeaccept); }
rect.continue { fill: var(--continue); }

.tag { border: 1px solid currentColor; border-radius: 1rem; padding: 0 0.5rem; font-size: 0.8rem; color: var(--faint); }
.tag.ok { color: var(--accept); }
.tag.behind { color: var(--reject); }

h4 { font-size: 1rem; margin: 0.25rem 0; }
form label { display: block; font-weight: 600; margin-top: 0.75rem; }
form p { color: var(--faint); font-size: 0.9rem; margin: 0; }
textarea, #gutter, pre { font: 0.9rem/1.4 ui-monospace, monospace; }
textarea { width: 100%; padding: 0.5rem; background: var(--paper); color: var(--ink); border: 1px solid var(--faint); border-radius: 4px; }
.editor { display: flex; margin-top: 0.5rem; }
.editor textarea { flex: 1; min-width: 0; border-radius: 0 4px 4px 0; overflow: auto; }
#gutter { overflow: hidden; width: 3rem; padding: calc(0.5rem + 1px) 0.4rem; text-align: right; color: var(--faint); background: var(--shade); border-radius: 4px 0 0 4px; contain: size; }
#gutter:empty { display: none; }
#gutter span, #gutter b { display: block; }
#gutter b { color: var(--paper); background: var(--reject); border-radius: 2px; }
pre { margin: 0.25rem 0; padding: 0.5rem; white-space: pre-wrap; overflow-wrap: anywhere; background: var(--shade); border-radius: 4px; }
.diff { max-height: 24rem; overflow-y: auto; }
.diff ins, .diff del { text-decoration: none; }
.diff ins { color: var(--accept); }
.diff del { color: var(--reject); }
.said > li { padding: 0.25rem 0.5rem; }
.said > .decided { outline: 2px solid var(--accept); border-radius: 4px; }
.clauses { margin: 0; padding-left: 1.25rem; color: var(--faint); font-size: 0.9rem; }
.stale #live { opacity: 0.6; }
.stale #news::after { content: "throttle-config does not answer. What you see may be out of date."; color: var(--reject); }

@media (max-width: 45rem) {
  .rules > li, .instances li { grid-template-columns: minmax(0, 1fr); }
  textarea { font-size: 1rem; }
}
`;
