import { type Html, html } from '#antenna/web-page';

/** Of a Date. */
const maxTime = 8.64e15;
const numbers = new Intl.NumberFormat('en');

/** In UTC. The script adds the local time as a tooltip. */
export function time(epochMs: number): Html {
  if (!(Math.abs(epochMs) <= maxTime)) return html`unknown time`;
  const iso = new Date(epochMs).toISOString();
  return html`<time datetime="${iso}">${iso.slice(0, 10)} ${iso.slice(11, 16)} UTC</time>`;
}

/** The day, in UTC; the tooltip has the time. */
export function day(epochMs: number): Html {
  const iso = new Date(epochMs).toISOString();
  return html`<time datetime="${iso}">${iso.slice(0, 10)}</time>`;
}

/** `12,345` */
export function count(value: number): string {
  return numbers.format(value);
}

/** `1 crash`, `12,345 crashes` */
export function crashes(value: number): string {
  return `${count(value)} ${value === 1 ? 'crash' : 'crashes'}`;
}

/** `12.3 %`; of nothing, `0.0 %`. */
export function percent(part: number, whole: number): string {
  return `${(whole === 0 ? 0 : (100 * part) / whole).toFixed(1)} %`;
}

/** A link to the page of a signature. `parameters` of the page's query are added. */
export function signatureLink(signature: string, parameters?: URLSearchParams): Html {
  const query = new URLSearchParams(parameters);
  query.set('signature', signature);
  return html`<a href="/signature?${query.toString()}"
    >${signature === '' ? '(empty)' : signature}</a
  >`;
}

export function crashLink(crashId: string): Html {
  return html`<a class="id" href="/crash/${encodeURIComponent(crashId)}">${crashId}</a>`;
}
