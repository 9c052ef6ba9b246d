import { type InstrumentDefinition, open } from './instrument.js';

/** What ingest and throttle-config record about the throttle rules; a part of the registry in `instruments.ts`. */
export const throttleInstruments = {
  'antenna.throttle.verdicts': {
    type: 'counter',
    unit: '{report}',
    description: 'Verdicts of the throttle rules.',
    attributes: { verdict: ['accept', 'defer', 'reject', 'fakeaccept'] },
    statsd: { name: 'breakpad_resource.throttle', tags: { verdict: 'result' } },
  },
  'antenna.throttle.rules': {
    type: 'counter',
    unit: '{report}',
    description: 'Verdicts by throttle rule; NO_MATCH when no rule matched.',
    attributes: { rule: open },
    statsd: { name: 'breakpad_resource.throttle_rule' },
  },
  'antenna.throttle.decisions': {
    type: 'counter',
    unit: '{report}',
    description: 'Verdicts by throttle rule and verdict; a sampling rule has several verdicts.',
    attributes: { rule: open, verdict: ['accept', 'defer', 'reject', 'fakeaccept'] },
  },
  'antenna.throttle.rule_errors': {
    type: 'counter',
    unit: '{error}',
    description: 'Failed evaluations of a throttle rule; the rule then does not match.',
    attributes: { rule: open },
  },
  'antenna.throttle.shadow_running': {
    type: 'gauge',
    unit: '{ruleset}',
    description: 'Is 1 while this ingest process tries a draft of the throttle rules.',
    attributes: {},
  },
  'antenna.throttle.shadow_reports': {
    type: 'counter',
    unit: '{report}',
    description:
      'Reports during the trial of a draft, by whether its verdict is the live one; skipped: not evaluated, as the draft is expensive.',
    attributes: { result: ['same', 'changed', 'skipped'] },
  },
  'antenna.throttle.shadow_errors': {
    type: 'counter',
    unit: '{error}',
    description: 'Failed evaluations of rules of a draft.',
    attributes: {},
  },
  'antenna.ruleset.info': {
    type: 'gauge',
    unit: '{ruleset}',
    description: 'Always 1; the attribute is the revision of the current ruleset.',
    attributes: { revision: open },
  },
  'antenna.ruleset.poll.age': {
    type: 'gauge',
    unit: 's',
    description: 'Time since throttle-config last answered a poll for the ruleset.',
    attributes: {},
  },
  'antenna.ruleset.poll.failures': {
    type: 'counter',
    unit: '{error}',
    description: 'Polls for the ruleset that throttle-config did not answer.',
    attributes: {},
  },
  'antenna.throttle_config.edits': {
    type: 'counter',
    unit: '{edit}',
    description: 'Edits of the throttle rules that throttle-config has seen, by result.',
    attributes: { result: ['accepted', 'refused'] },
  },
  'antenna.throttle_config.refused': {
    type: 'gauge',
    unit: '{ruleset}',
    description: 'Is 1 while the rules at the source are invalid and older rules are live.',
    attributes: {},
  },
  'antenna.throttle_config.fallback': {
    type: 'gauge',
    unit: '{ruleset}',
    description: 'Is 1 while the live ruleset is the cached or the bundled one.',
    attributes: {},
  },
  'antenna.throttle_config.source_age': {
    type: 'gauge',
    unit: 's',
    description: 'Time since the source of the rules last answered.',
    attributes: {},
  },
  'antenna.throttle_config.source_failures': {
    type: 'counter',
    unit: '{error}',
    description: 'Failures to read or watch the source of the rules.',
    attributes: {},
  },
  'antenna.throttle_config.feedback_failures': {
    type: 'counter',
    unit: '{error}',
    description: 'Failures to write events, status or history for the authors of the rules.',
    attributes: { target: ['event', 'status', 'history'] },
  },
  'antenna.throttle_config.admission_reviews': {
    type: 'counter',
    unit: '{request}',
    description: 'Requests to the admission webhook, by answer.',
    attributes: { answer: ['allowed', 'denied', 'ignored', 'malformed'] },
  },
  'antenna.throttle_config.instances': {
    type: 'gauge',
    unit: '{process}',
    description:
      'Ingest instances that reported in the last minutes, by whether they use the live ruleset.',
    attributes: { ruleset: ['live', 'other'] },
  },
  'antenna.throttle_config.waiting_polls': {
    type: 'gauge',
    unit: '{request}',
    description: 'Long polls waiting for a change of the ruleset.',
    attributes: {},
  },
  'antenna.throttle_config.shadow_running': {
    type: 'gauge',
    unit: '{ruleset}',
    description: 'Is 1 while a draft of the throttle rules is tried.',
    attributes: {},
  },
} as const satisfies Record<string, InstrumentDefinition>;
