import { logLines, spansOf, traces } from './crash-lookup.js';
import type { Dashboard } from './dashboard.js';

/** The dashboard with the trace and logs of one crash. */
export const crash: Dashboard = {
  uid: 'antenna-crash',
  title: 'Antenna: one crash',
  description: 'Trace and log lines of a crash ID.',
  variables: [
    {
      type: 'textbox',
      name: 'crash_id',
      label: 'Crash ID, without bp-',
      query: '',
      current: { text: '', value: '' },
    },
  ],
  rows: [
    {
      title: 'Trace',
      panels: [
        traces(
          'Traces of the crash',
          'One trace from the request to the published ID. A second, linked one if the crash waited for more than a minute.',
          spansOf('$crash_id'),
        ),
      ],
    },
    {
      title: 'Logs',
      panels: [
        logLines(
          'Log lines of the crash',
          'In order: matched by a rule, saved, published; or retried and dead-lettered, with the reason.',
          '|= `$crash_id`',
        ),
      ],
    },
  ],
};
