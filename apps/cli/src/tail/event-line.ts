import { formatBytes } from '../human-units.js';
import { printable } from '../terminal-safe.js';
import { type ReportEvent, reportEventKinds } from './report-event.js';

const width = Math.max(...reportEventKinds.map(({ length }) => length));

/** Such as `10:20:30.456  rejected       MyGame 1.0 release  old_version  98.1 KiB`. */
export function eventLine(event: ReportEvent): string {
  const { product, version, channel, rule, crashId, size, reason } = event;
  const names = [product, version, channel].filter((name) => name !== undefined).join(' ');
  const words = [names, rule, crashId, size === undefined ? '' : formatBytes(size), reason];
  return [
    event.time.slice(11, 23),
    event.event.padEnd(width),
    ...words.flatMap((word) => (word === undefined || word === '' ? [] : [printable(word)])),
  ].join('  ');
}
