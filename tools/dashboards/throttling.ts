import type { Dashboard } from './dashboard.js';
import { graph, list } from './panel.js';
import { maxOf, perSecond, series } from './promql.js';

/** The dashboard with the decisions of each rule and the rulesets of all ingest instances. */
export const throttling: Dashboard = {
  uid: 'antenna-throttling',
  title: 'Antenna: throttling',
  description: 'Decisions of each rule, and whether every ingest uses the latest accepted rules.',
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
          { description: 'NO_MATCH if no rule matched.', unit: 'reqps', stack: 'normal' },
          [[perSecond('antenna.throttle.rules', ['rule']), '{{rule}}']],
        ),
        list(
          'Reports by rule',
          {
            description: 'In the time range of the dashboard. A sampling rule has two verdicts.',
            unit: 'short',
          },
          `sum by (rule, verdict) (increase(${series('antenna.throttle.decisions')}[$__range])) > 0`,
          ['rule', 'verdict'],
        ),
        graph(
          'Rules that fail',
          {
            description: 'A rule that fails on a report does not match it; ingest logs the reason.',
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
      title: 'Rules in use',
      panels: [
        list(
          'Revision by pod',
          {
            description: 'throttle-config and every ingest should have the same revision.',
            unit: 'none',
          },
          `sum by (pod, revision) (${series('antenna.ruleset.info')})`,
          ['pod', 'revision'],
        ),
        graph(
          'Ingest processes',
          { description: 'other: processes with an older ruleset.', unit: 'short' },
          [[maxOf('antenna.throttle_config.instances', ['ruleset']), '{{ruleset}}']],
        ),
        graph(
          'Last answer to a poll',
          { description: 'At most about 30 s while nothing changes.', unit: 's' },
          [[series('antenna.ruleset.poll.age'), '{{pod}}']],
        ),
        graph('Failed polls', { description: 'Ingest keeps its ruleset.', unit: 'cps' }, [
          [perSecond('antenna.ruleset.poll.failures', ['pod']), '{{pod}}'],
        ]),
      ],
    },
    {
      title: 'Edits',
      panels: [
        graph('Edits', { description: 'By result.', unit: 'cps' }, [
          [perSecond('antenna.throttle_config.edits', ['result']), '{{result}}'],
        ]),
        graph(
          'Refused rules and fallback rules',
          {
            description:
              'refused = 1: the rules at the source are invalid. cached or bundled = 1: those are the live rules.',
            unit: 'short',
          },
          [
            [maxOf('antenna.throttle_config.refused'), 'refused'],
            [maxOf('antenna.throttle_config.fallback'), 'cached or bundled'],
          ],
        ),
        graph(
          'Source of the rules',
          { description: 'Time since the last answer of the source.', unit: 's' },
          [[series('antenna.throttle_config.source_age'), '{{pod}}']],
        ),
        graph('Admission webhook', { description: 'By answer.', unit: 'cps' }, [
          [perSecond('antenna.throttle_config.admission_reviews', ['answer']), '{{answer}}'],
        ]),
        graph(
          'Failures',
          {
            description: 'Failed reads of the source, and failed feedback to authors.',
            unit: 'cps',
          },
          [
            [perSecond('antenna.throttle_config.source_failures'), 'source'],
            [perSecond('antenna.throttle_config.feedback_failures', ['target']), '{{target}}'],
          ],
        ),
        graph('Waiting polls', { description: 'About one per ingest process.', unit: 'short' }, [
          [series('antenna.throttle_config.waiting_polls'), '{{pod}}'],
        ]),
      ],
    },
  ],
};
