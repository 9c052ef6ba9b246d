import { isJsonObject, type JsonValue, sortedJson } from '#antenna/crash-report';
import { type Html, html } from '#antenna/web-page';

import { cut, fitting, moreOf } from './bounded.js';

/** Characters of HTML. */
const sectionLength = 300_000;
const maxValue = 2000;

/** The first group whose pattern fits a name. */
const groups: readonly (readonly [title: string, names: RegExp])[] = [
  [
    'Crash',
    /^(?:Abort|Async|Crash|GraphicsCritical|Hang$|IPC|ipc_|Is[A-Z]|JS|Java|LastInteraction|MozCrash|OOM|Quota|Seconds|Shutdown|Startup|Uptime|Windows|XPCOM)/,
  ],
  [
    'System',
    /^(?:Adapter|Available|CPU|Linux|LowPhysical|Mac|System|Total(?:Page|Physical|Virtual)|platform$|osarch$)/,
  ],
  [
    'Application',
    /^_?(?:(?:Application)?BuildID|Background|DOMFission|GMP|Install|Process|Product|ReleaseChannel|Throttleable|Utility|Vendor|Version|channel$|process_type$|prod|ptype$|ver)/,
  ],
  ['Collector', /^(?:metadata\.|submitted_timestamp$|uuid$)/],
  ['Other', /^/],
];

/** The annotations that every viewer may see, by group. */
export function annotationsSection(annotations: Readonly<Record<string, string>>, jsonLink: Html) {
  return section(Object.entries(annotations), jsonLink);
}

/** All that the report had, and what the collector added, by group. */
export function rawAnnotationsSection(rawCrash: JsonValue, jsonLink: Html): Html {
  const { metadata = null, ...annotations } = isJsonObject(rawCrash) ? rawCrash : {};
  const added = Object.entries(isJsonObject(metadata) ? metadata : {});
  const all = [
    ...Object.entries(annotations),
    ...added.map(([name, value]): [string, JsonValue] => [`metadata.${name}`, value]),
  ];
  return section(
    all.map(([name, value]) => [name, typeof value === 'string' ? value : sortedJson(value)]),
    jsonLink,
  );
}

function section(all: readonly (readonly [string, string])[], jsonLink: Html): Html {
  const ofGroup = Object.groupBy(
    all.toSorted(([a], [b]) => (a < b ? -1 : 1)),
    ([name]) => groups.find(([, names]) => names.test(name))?.[0] ?? '',
  );
  const tables = groups.flatMap(([title]) => {
    const rows = ofGroup[title] ?? [];
    return rows.length === 0 ? [] : [table(title, rows, jsonLink)];
  });
  return html`<section>
    <h2 id="annotations">Annotations</h2>
    ${tables.length === 0 ? html`<p>None.</p>` : tables}
  </section>`;
}

function table(title: string, rows: readonly (readonly [string, string])[], jsonLink: Html): Html {
  const { shown, left } = fitting(
    rows,
    sectionLength / groups.length,
    ([name, value]) =>
      html`<tr>
        <th scope="row"><code>${cut(name, 100)}</code></th>
        <td class="value">${cut(value, maxValue)}</td>
      </tr> `,
  );
  return html`<table class="annotations">
      <caption>
        ${title}
      </caption>
      <tbody>
        ${shown}
      </tbody>
    </table>
    ${moreOf(left, 'annotations', jsonLink)}`;
}
