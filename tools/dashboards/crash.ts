import { logLines, spansOf, traces } from './crash-lookup.js';
import type { Dashboard } from './dashboard.js';

/** What happened to one crash. */
export const crash: Dashboard = {
  uid: 'antenna-crash',
  title: 'Antenna: one crash',
  description: 'What happened to a crash id: its trace and its log lines.',
  variables: [
    {
      type: 'textbox',
      name: 'crash_id',
      label: 'Crash id, without bp-',
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
          'One from the request to the published id; a second one, linked to it, when the crash waited for more than a minute.',
          spansOf('$crash_id'),
        ),
      ],
    },
    {
      title: 'Logs',
      panels: [
        logLines(
          'Log lines of the crash',
          'In order: matched by a rule, saved, published; or not moved yet, dead-lettered, with the reason.',
          '|= `$crash_id`',
        ),
      ],
    },
  ],
};
