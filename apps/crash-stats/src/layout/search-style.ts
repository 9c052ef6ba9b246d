/** What only the page of search adds to the style sheet. */
export const searchStyle = String.raw`
form.search fieldset { border: 1px solid var(--line); border-radius: 4px; margin: 0.5rem 0; padding: 0.25rem 0.75rem 0.75rem; }
form.search legend { font-weight: 600; }
form.search label { font-weight: 400; margin-right: 1rem; white-space: nowrap; display: inline-block; }
form.search .conditions { list-style: none; margin: 0; padding: 0; }
form.search .conditions li { display: flex; flex-wrap: wrap; gap: 0.35rem; align-items: center; padding: 0.2rem 0; }
form.search .conditions input { flex: 1 1 12rem; max-width: 30rem; }
form.search .times input { width: 11rem; }
form.search .times [name="days"] { width: 4rem; }
.facets { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 20rem), 1fr)); gap: 0 2rem; }
.facets > [data-field="signature"] { grid-column: 1 / -1; }
.facets ol { list-style: none; margin: 0; padding: 0; }
.facets li { display: flex; gap: 1rem; justify-content: space-between; border-top: 1px solid var(--line); padding: 0.15rem 0; }
.facets span { white-space: nowrap; font-variant-numeric: tabular-nums; }
.facets p, .facets span { color: var(--faint); font-size: 0.9rem; }
.results .wide td { min-width: 6rem; }
.results .wide td:has(> a) { min-width: 16rem; }
@media (max-width: 45rem) {
  .results .wide th[scope="row"] { min-width: 6rem; }
  .results .id, .results time { white-space: normal; overflow-wrap: anywhere; }
}
`;
