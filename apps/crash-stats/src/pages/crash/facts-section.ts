import { type Html, html } from '#antenna/web-page';

import type { VisibleCrash, VisibleWalk } from '../../crash/visible-crash.js';
import { signatureLink, time } from '../../layout/format.js';
import { cut, fitting } from './bounded.js';

const stepsLength = 20_000;

/** What the program says of its end: engineers look at it first. Only `protected` gets them. */
const messages = ['MozCrashReason', 'AbortMessage'];

/** What crashed, where and why. */
export function factsSection(crash: VisibleCrash): Html {
  const { signature, product, version, release_channel: channel, json_dump: walk } = crash;
  const system = [crash.os_name, crash.os_version, crash.cpu_arch];
  const cpu = [
    crash.cpu_info,
    crash.cpu_count === null
      ? null
      : `${crash.cpu_count} ${crash.cpu_count === 1 ? 'CPU' : 'CPUs'}`,
  ];
  return html`<dl class="facts">
    ${fact('Signature', signatureFact(signature ?? ''), 'long')} ${fact('Reason', crash.reason)}
    ${fact('Address', crash.address)} ${fact('Product', joined([product, version], ' '))}
    ${fact('Channel', joined([channel, crash.build && `build ${crash.build}`]))}
    ${fact('Process', crash.process_type)} ${fact('System', joined([...system, ...cpu]))}
    ${fact('Uptime', crash.uptime === null ? null : uptimeText(crash.uptime))}
    ${fact('Received', timeOf(crash.submitted_timestamp))}
    ${fact('Processed', timeOf(crash.date_processed))}
    ${messages.map((name) => fact(name, crash.annotations[name] ?? null, 'long'))}
    ${walk ? crashFacts(walk) : undefined}
  </dl>`;
}

/** Why the crash has its signature, folded. */
export function signatureSteps({ signature_steps: steps, proto_signature }: VisibleCrash): Html {
  const { shown, left } = fitting(
    steps,
    stepsLength,
    ({ rule, detail }) =>
      html`<li><b>${cut(rule ?? '', 100)}</b> <code>${cut(detail ?? '')}</code></li> `,
  );
  return html`<details>
    <summary>Why this signature</summary>
    <ol>
      ${shown}
    </ol>
    ${left === 0 ? undefined : html`<p>… and ${left} more steps.</p>`}
    <p>All functions: <code>${cut(proto_signature ?? '', 5000)}</code></p>
  </details>`;
}

/** Of the walk: only `protected` gets those that show contents of memory. */
function crashFacts({ crash_info: info, mac_crash_info: mac, crashing_thread }: VisibleWalk): Html {
  const accesses = (info.memory_accesses ?? [])
    .slice(0, 10)
    .map((access) => `${access.access_type ?? '?'} ${access.size ?? '?'} at ${access.address}`);
  const flips = (info.possible_bit_flips ?? [])
    .slice(0, 10)
    .map(({ address, confidence }) => `${address} (confidence ${confidence})`);
  const said = (mac?.records ?? [])
    .slice(0, 10)
    .flatMap(({ message, message2, abort_cause }) => [message, message2, abort_cause]);
  const registers = Object.entries(crashing_thread?.frames[0]?.registers ?? {})
    .slice(0, 200)
    .map(([name, value]) => html`<span><b>${cut(name, 20)}</b> ${cut(value, 70)}</span> `);
  return html`${fact('Instruction', info.instruction)} ${fact('Accesses', joined(accesses, '; '))}
  ${fact('Bit flips', joined(flips, '; '))} ${fact('Assertion', info.assertion, 'long')}
  ${fact('macOS says', joined(said, '\n'), 'long')}
  ${
    registers.length === 0
      ? undefined
      : fact(
          'Registers',
          html`<details>
            <summary>${registers.length} registers</summary>
            <code class="registers">${registers}</code>
          </details>`,
          'long',
        )
  }`;
}

function fact(name: string, value: Html | string | null, width: 'long' | 'short' = 'short') {
  if (value === null || value === '') return undefined;
  return html`<div class="${width}">
    <dt>${name}</dt>
    <dd>${typeof value === 'string' ? cut(value, width === 'long' ? 1000 : 300) : value}</dd>
  </div> `;
}

/** No processor makes a longer one than 255 characters. */
function signatureFact(signature: string): Html {
  return html`<code class="signature"
    >${signature.length > 300 ? cut(signature) : signatureLink(signature)}</code
  >`;
}

function joined(values: readonly (string | null)[], separator = ', '): string {
  return values.filter((value) => value !== null && value !== '').join(separator);
}

function uptimeText(seconds: number): string {
  const [days, hours] = [Math.floor(seconds / 86_400), Math.floor(seconds / 3600) % 24];
  const minutes = Math.floor(seconds / 60) % 60;
  const parts = [days && `${days} d`, hours && `${hours} h`, minutes && `${minutes} min`];
  const exact = `${seconds} s`;
  return seconds < 60 ? exact : `${parts.filter(Boolean).join(' ')} (${exact})`;
}

/** Written by the collector and the processor; damaged, it is shown as it is. */
function timeOf(written: string | null): Html | string | null {
  const at = Date.parse(written ?? '');
  return Number.isNaN(at) ? written : time(at);
}
