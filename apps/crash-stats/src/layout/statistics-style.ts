/** What only the first page, top crashers and the page of a signature add. */
export const statisticsStyle = String.raw`
.faint, small { color: var(--faint); font-size: 0.9rem; }
.worse { color: var(--bad); }
.better { color: var(--good); }
.filters { display: flex; flex-wrap: wrap; gap: 0.5rem 1rem; align-items: end; margin: 0.5rem 0 1rem; }
.filters label { display: grid; grid-template-columns: minmax(0, 1fr); font-size: 0.9rem; max-width: min(14rem, 100%); }
.narrowed { list-style: none; padding: 0; display: flex; flex-wrap: wrap; gap: 0.25rem 0.5rem; }
.narrowed li { border: 1px solid var(--line); border-radius: 4px; padding: 0 0.5rem; background: var(--shade); }
.narrowed a { text-decoration: none; font-weight: 600; padding: 0 0.25rem; }
.periods a { margin-right: 0.75rem; }
.periods a[aria-current] { color: inherit; font-weight: 600; text-decoration: none; }
.chart rect, .share rect { fill: var(--link); }
.chart { display: block; width: 100%; height: 8rem; }
.chart .back, .share .back { fill: var(--shade); }
.chart g:hover .back { fill: var(--line); }
.ends { display: flex; justify-content: space-between; color: var(--faint); font-size: 0.9rem; }
.share { width: 4rem; height: 0.6rem; vertical-align: baseline; }
.breakdown { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(20rem, 100%), 1fr)); gap: 0 2rem; align-items: start; }
.filters select { font-weight: 400; }
.wide :is(td, th) { padding-right: 1rem; }
.wide td:not(.number) { min-width: 6rem; }
.breakdown th[scope="row"] { min-width: 6rem; }
#latest ~ .wide td { min-width: 5.5rem; font-size: 0.9rem; }
#latest ~ .wide td:nth-child(3) { min-width: 8rem; }
#latest ~ .wide td:last-child { min-width: 13rem; }
.captioned caption { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
`;
