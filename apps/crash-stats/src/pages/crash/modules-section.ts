import { type Html, html } from '#antenna/web-page';

import type { VisibleWalk } from '../../crash/visible-crash.js';
import { cut, fitting, moreOf } from './bounded.js';

type Module = VisibleWalk['modules'][number];

/** Characters of HTML: about 400 modules. */
const modulesLength = 150_000;
const missingLength = 20_000;

/** Modules whose symbols are missing, with what to do, and all modules folded. */
export function modulesSection({ modules, unloaded_modules }: VisibleWalk, jsonLink: Html): Html {
  const missing = modules.filter((module) => module.missing_symbols);
  const table = fitting(modules, modulesLength, moduleRow);
  const unloaded = fitting(
    unloaded_modules,
    missingLength,
    ({ filename, base_addr, end_addr }) =>
      html`<li><code>${cut(filename ?? '')}</code> ${rangeOf(base_addr, end_addr)}</li> `,
  );
  return html`<section>
    <h2 id="modules">Modules</h2>
    ${missing.length === 0 ? undefined : missingSymbols(missing, jsonLink)}
    <details>
      <summary><b>All modules</b> (${modules.length})</summary>
      <div class="wide" role="region" aria-label="All modules" tabindex="0">
        <table class="modules">
          <thead>
            <tr>
              <th scope="col">Module</th>
              <th scope="col">Version</th>
              <th scope="col">Debug file and id</th>
              <th scope="col">Address</th>
              <th scope="col">Symbols</th>
            </tr>
          </thead>
          <tbody>
            ${table.shown}
          </tbody>
        </table>
      </div>
      ${moreOf(table.left, 'modules', jsonLink)}
    </details>
    ${
      unloaded.shown.length === 0
        ? undefined
        : html`<details>
            <summary><b>Unloaded modules</b> (${unloaded_modules.length})</summary>
            <ul>
              ${unloaded.shown}
            </ul>
            ${moreOf(unloaded.left, 'unloaded modules', jsonLink)}
          </details>`
    }
  </section>`;
}

function missingSymbols(missing: readonly Module[], jsonLink: Html): Html {
  const { shown, left } = fitting(
    missing,
    missingLength,
    ({ debug_file, debug_id, filename }) =>
      html`<li>
        <code>${cut(debug_file || (filename ?? ''))} ${cut(debug_id ?? '', 50)}</code>
      </li> `,
  );
  return html`<div class="notice warning">
    <p>
      No symbols for these modules on the stacks. Add them with
      <code>antenna symbols add</code>, or name their server in <code>SYMBOLS</code>; then process
      the crash again.
    </p>
    <ul>
      ${shown}
    </ul>
    ${moreOf(left, 'modules', jsonLink)}
  </div>`;
}

function moduleRow(module: Module): Html {
  const { filename, version, debug_file, debug_id, base_addr, end_addr } = module;
  return html`<tr>
    <th scope="row"><code>${cut(filename ?? '')}</code></th>
    <td>${cut(version ?? '', 60)}</td>
    <td><code>${cut(debug_file ?? '', 100)}</code><br /><code>${cut(debug_id ?? '', 50)}</code></td>
    <td>${rangeOf(base_addr, end_addr)}</td>
    <td>${symbolsOf(module)}</td>
  </tr> `;
}

function rangeOf(start: string | null, end: string | null): Html {
  return html`<code>${cut(start ?? '?', 20)}–${cut(end ?? '?', 20)}</code>`;
}

/** Symbols are only asked for if a stack goes through the module. */
function symbolsOf(module: Module): string {
  if (module.missing_symbols) return 'missing';
  if (module.corrupt_symbols) return 'damaged';
  return module.loaded_symbols ? 'loaded' : 'not needed';
}
