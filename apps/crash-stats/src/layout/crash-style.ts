/** What only the page of a crash has: facts, stacks and long tables. */
export const crashStyle = String.raw`
.facts { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 24rem), 1fr)); gap: 0 2rem; margin: 0.75rem 0; }
.facts > div { display: grid; grid-template-columns: 9rem minmax(0, 1fr); padding: 0.2rem 0; border-top: 1px solid var(--line); }
.facts > .long { grid-column: 1 / -1; }
.facts dt { color: var(--faint); font-size: 0.9rem; }
.facts dd { margin: 0; overflow-wrap: anywhere; unicode-bidi: isolate; white-space: pre-line; }
.facts .signature { font-size: 1rem; font-weight: 600; }
.facts details { white-space: normal; }
main p { overflow-wrap: anywhere; }
.registers { display: flex; flex-wrap: wrap; gap: 0.1rem 1.5rem; }

.actions { list-style: none; padding: 0; display: flex; flex-wrap: wrap; gap: 0.25rem 1.25rem; margin: 0.75rem 0 0; }
.notice.good { border-color: var(--good); background: var(--shade); }

.stack { list-style: none; padding: 0; margin: 0.25rem 0; }
.stack li { display: grid; grid-template-columns: 2.5rem minmax(0, 9rem) minmax(0, 1fr) minmax(0, 20rem); gap: 0 0.75rem; padding: 0.15rem 0; border-top: 1px solid var(--line); line-height: 1.4; }
.stack li:hover { background: var(--shade); }
.stack .number { color: var(--faint); font-size: 0.85rem; }
.stack .module, .stack .source { color: var(--faint); }
.stack .place { font-size: 0.9em; }
.tag { border: 1px solid var(--line); border-radius: 1rem; padding: 0 0.5rem; font-size: 0.75rem; color: var(--faint); white-space: nowrap; }
.tag.doubtful { border-style: dashed; border-color: currentColor; }
.thread { border-top: 1px solid var(--line); padding: 0.15rem 0; }

.modules { min-width: 44rem; }
.annotations { table-layout: fixed; }
.annotations th { width: 16rem; }
.value { white-space: pre-wrap; unicode-bidi: isolate; }

@media (max-width: 45rem) {
  .stack li { grid-template-columns: 2rem minmax(0, 1fr); }
  .stack .place { grid-column: 2; grid-row: 1; }
  .stack .module { grid-column: 2; grid-row: 2; }
  .stack .source { grid-column: 2; grid-row: 3; }
  .annotations th { width: 9rem; }
  .find, .find input { width: 100%; }
}
`;
