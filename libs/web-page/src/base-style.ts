/** The icon of the browser tab: an antenna. */
export const pageIcon = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16" fill="none" stroke="#0969da" stroke-width="1.5" stroke-linecap="round"><path d="M8 7v8M5 10a4 4 0 1 1 6 0M3 12a7 7 0 1 1 10 0"/></svg>
`;

/** What the style sheets of all pages begin with: colours, text, tables, forms, focus; light and dark. */
export const baseStyle = String.raw`:root {
  color-scheme: light dark;
  --paper: #fff;
  --ink: #1f2328;
  --faint: #59636e;
  --line: #d1d9e0;
  --link: #0969da;
  --good: #1a7f37;
  --bad: #cf222e;
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
    --link: #4493f8;
    --good: #3fb950;
    --bad: #f85149;
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
a { color: var(--link); }
:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; }
.skip { position: absolute; left: -100rem; }
.skip:focus { position: static; }

.notice { border-left: 4px solid var(--bad); background: var(--error); padding: 0.5rem 1rem; margin: 1rem 0; }
.notice.warning { border-color: #bf8700; background: var(--warning); }
.notice h2, .notice h3 { margin: 0.25rem 0; }
ul, ol { padding-left: 1.25rem; }
code, q, b, i, a, li { unicode-bidi: isolate; overflow-wrap: anywhere; }
q { font-weight: 600; }
.unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
summary { cursor: pointer; color: var(--faint); font-size: 0.9rem; }
summary b { color: var(--ink); font-size: 1rem; }

table { border-collapse: collapse; margin: 0.75rem 0; width: 100%; }
caption { text-align: left; font-weight: 600; }
th, td { text-align: left; vertical-align: top; padding: 0.25rem 0.5rem 0.25rem 0; border-top: 1px solid var(--line); overflow-wrap: anywhere; font-weight: 400; }
thead th { border-top: 0; color: var(--faint); font-size: 0.9rem; }
select { font: inherit; max-width: 100%; background: var(--paper); color: var(--ink); border: 1px solid var(--faint); border-radius: 4px; padding: 0.3rem; }
button { font: inherit; font-weight: 600; padding: 0.4rem 1.5rem; margin-top: 0.75rem; border: 1px solid var(--ink); border-radius: 4px; background: var(--ink); color: var(--paper); cursor: pointer; }

@media (max-width: 45rem) {
  body { padding: 0.5rem 1rem 3rem; }
}
`;
