/** The icon of the browser tab: an antenna. */
export const pageIcon = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16" fill="none" stroke="#0969da" stroke-width="1.5" stroke-linecap="round"><path d="M8 7v8M5 10a4 4 0 1 1 6 0M3 12a7 7 0 1 1 10 0"/></svg>
`;

/** The style sheet of the page, served unchanged. page-script.ts explains why it is a string. */
export const pageStyle = String.raw`:root {
  color-scheme: light dark;
  --paper: #fff;
  --ink: #1f2328;
  --faint: #59636e;
  --line: #d1d9e0;
  --accept: #1a7f37;
  --defer: #0969da;
  --reject: #cf222e;
  --fakeaccept: #8250df;
  --continue: #818b98;
  --error: #ffebe9;
  --warning: #fff8c5;
  --shade: #f3f5f7;
  --target: #ddf4ff;
}

@media (prefers-color-scheme: dark) {
  :root {
    --paper: #0d1117;
    --ink: #f0f6fc;
    --faint: #9198a1;
    --line: #3d444d;
    --accept: #3fb950;
    --defer: #4493f8;
    --reject: #f85149;
    --fakeaccept: #ab7df8;
    --continue: #656c76;
    --error: #3c1a1d;
    --warning: #32290d;
  --shade: #171d25;
  --target: #122d4b;
  }
}

* { box-sizing: border-box; }
body {
  margin: 0 auto;
  max-width: 72rem;
  padding: 1rem 1.5rem 4rem;
  background: var(--paper);
  color: var(--ink);
  font: 1rem/1.5 system-ui, sans-serif;
}
h1 { font-size: 1.6rem; margin: 0.5rem 0; }
h2 { font-size: 1.2rem; margin: 2rem 0 0.5rem; }
h3 { font-size: 1.05rem; margin: 1rem 0 0.5rem; }
p { margin: 0.25rem 0 0.5rem; }
code { font: 0.85em/1.4 ui-monospace, monospace; overflow-wrap: anywhere; }
a { color: var(--defer); }
:focus-visible { outline: 3px solid var(--defer); outline-offset: 2px; }
.skip { position: absolute; left: -100rem; }
.skip:focus { position: static; }

.notice { border-left: 4px solid var(--reject); background: var(--error); padding: 0.5rem 1rem; margin: 1rem 0; }
.notice.warning { border-color: #bf8700; background: var(--warning); }
.notice h2, .notice h3 { margin: 0.25rem 0; }
.problems { margin: 0.25rem 0; padding-left: 1.25rem; }
.place { font-weight: 600; }
.hint::before { content: "→ "; }

ul, ol { padding-left: 1.25rem; }
code, q, b, i, a, li { unicode-bidi: isolate; overflow-wrap: anywhere; }
q { font-weight: 600; }
.unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
summary { cursor: pointer; color: var(--faint); font-size: 0.9rem; }
summary b { color: var(--ink); font-size: 1rem; }

.rules { list-style: none; padding: 0; counter-reset: rule; }
.rules > li { counter-increment: rule; display: grid; grid-template-columns: minmax(0, 1fr) 18rem; gap: 0.25rem 1.5rem; padding: 0.5rem 0; border-top: 1px solid var(--line); }
.rules > li:target, #lists ~ details:has(:target) { background: var(--target); }
.rules h3 { margin: 0; overflow-wrap: anywhere; }
.rules h3::before { content: counter(rule) ". " / ""; color: var(--faint); font-weight: 400; }
.rules p { margin: 0; }
.description { color: var(--faint); font-size: 0.9rem; }
.entries { columns: 14rem; margin: 0.25rem 0; }
table { border-collapse: collapse; margin: 0.75rem 0; width: 100%; }
caption { text-align: left; font-weight: 600; }
th, td { text-align: left; vertical-align: top; padding: 0.25rem 0.5rem 0.25rem 0; border-top: 1px solid var(--line); overflow-wrap: anywhere; font-weight: 400; }
thead th { border-top: 0; color: var(--faint); font-size: 0.9rem; }
.matrix { max-width: 40rem; }
.buttons button { margin-right: 0.5rem; }
.history { list-style: none; padding: 0; }
.history li { padding: 0.25rem 0; border-top: 1px solid var(--line); }
select { font: inherit; max-width: 100%; background: var(--paper); color: var(--ink); border: 1px solid var(--faint); border-radius: 4px; padding: 0.3rem; }
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
button { font: inherit; font-weight: 600; padding: 0.4rem 1.5rem; margin-top: 0.75rem; border: 1px solid var(--ink); border-radius: 4px; background: var(--ink); color: var(--paper); cursor: pointer; }
.said > li { padding: 0.25rem 0.5rem; }
.said > .decided { outline: 2px solid var(--accept); border-radius: 4px; }
.clauses { margin: 0; padding-left: 1.25rem; color: var(--faint); font-size: 0.9rem; }
.stale #live { opacity: 0.6; }
.stale #news::after { content: "throttle-config does not answer. What you see may be out of date."; color: var(--reject); }

@media (max-width: 45rem) {
  body { padding: 0.5rem 1rem 3rem; }
  .rules > li, .instances li { grid-template-columns: minmax(0, 1fr); }
  textarea { font-size: 1rem; }
}
`;
