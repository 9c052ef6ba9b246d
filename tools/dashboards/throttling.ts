import type { Dashboard } from './dashboard.js';
import { graph, list } from './panel.js';
import { maxOf, perSecond, series } from './promql.js';

/** What each rule decides, and whether every ingest runs the rules that their authors mean. */
export const throttling: Dashboard = {
  uid: 'antenna-throttling',
  title: 'Antenna: throttling',
  description:
    'What each rule decides, and whether every ingest runs the rules that were accepted last.',
  rows: [
    {
      title: 'Decisions',
      panels: [
        graph(
          'Verdicts',
          { description: 'accept, defer, reject, fakeaccept.', unit: 'reqps', stack: 'normal' },
          [[perSecond('antenna.throttle.verdicts', ['verdict']), '{{verdict}}']],
        ),
        graph(
          'Deciding rule',
          { description: 'NO_MATCH when none matched.', unit: 'reqps', stack: 'normal' },
          [[perSecond('antenna.throttle.rules', ['rule']), '{{rule}}']],
        ),
        list(
          'Reports by rule',
          {
            description:
              'In the time range of the dashboard; a rule that samples has two verdicts.',
            unit: 'short',
          },
          `sum by (rule, verdict) (increase(${series('antenna.throttle.decisions')}[$__range])) > 0`,
          ['rule', 'verdict'],
        ),
        graph(
          'Rules that fail',
          {
            description: 'A rule that fails on a report does not match it; ingest logs why.',
            unit: 'cps',
          },
          [[perSecond('antenna.throttle.rule_errors', ['rule']), '{{rule}}']],
        ),
        graph(
          'Share of each rule',
          { description: 'Of all decisions.', unit: 'percentunit', stack: 'normal' },
          [
            [
              `${perSecond('antenna.throttle.rules', ['rule'])} / ignoring (rule) group_left () ${perSecond('antenna.throttle.rules')}`,
              '{{rule}}',
            ],
          ],
        ),
      ],
    },
    {
      title: 'Which rules are in use',
      panels: [
        list(
          'Revision by pod',
          {
            description: 'throttle-config and every ingest should show one and the same.',
            unit: 'none',
          },
          `sum by (pod, revision) (${series('antenna.ruleset.info')})`,
          ['pod', 'revision'],
        ),
        graph(
          'Ingest processes',
          { description: 'other: they run an older ruleset.', unit: 'short' },
          [[maxOf('antenna.throttle_config.instances', ['ruleset']), '{{ruleset}}']],
        ),
        graph(
          'Last answer to a poll',
          { description: 'Half a minute while nothing changes.', unit: 's' },
          [[series('antenna.ruleset.poll.age'), '{{pod}}']],
        ),
        graph('Failed polls', { description: 'The ruleset in use stays.', unit: 'cps' }, [
          [perSecond('antenna.ruleset.poll.failures', ['pod']), '{{pod}}'],
        ]),
      ],
    },
    {
      title: 'Edits',
      panels: [
        graph('Edits', { description: 'What became of them.', unit: 'cps' }, [
          [perSecond('antenna.throttle_config.edits', ['result']), '{{result}}'],
        ]),
        graph(
          'Refused rules, rules of last resort',
          {
            description:
              '1: the rules at the source are refused; the live ones are cached or bundled.',
            unit: 'short',
          },
          [
            [maxOf('antenna.throttle_config.refused'), 'refused'],
            [maxOf('antenna.throttle_config.fallback'), 'cached or bundled'],
          ],
        ),
        graph('Source of the rules', { description: 'Time since it last answered.', unit: 's' }, [
          [series('antenna.throttle_config.source_age'), '{{pod}}'],
        ]),
        graph('Admission webhook', { description: 'Its answers.', unit: 'cps' }, [
          [perSecond('antenna.throttle_config.admission_reviews', ['answer']), '{{answer}}'],
        ]),
        graph(
          'Failures',
          { description: 'To read the source, to write for the authors.', unit: 'cps' },
          [
            [perSecond('antenna.throttle_config.source_failures'), 'source'],
            [perSecond('antenna.throttle_config.feedback_failures', ['target']), '{{target}}'],
          ],
        ),
        graph('Waiting polls', { description: 'About one for each ingest.', unit: 'short' }, [
          [series('antenna.throttle_config.waiting_polls'), '{{pod}}'],
        ]),
      ],
    },
  ],
};
