import { CliError } from '../cli-error.js';
import { countOf, formatAge } from '../human-units.js';
import { fetchFromThrottleConfig } from '../rules/fetch-from-throttle-config.js';
import { type Check, failure, type Finding, ok, once, skipped, warning } from './check.js';

/** The fields of `/v1/status` that are used. */
interface Status {
  readonly live: { readonly revision: string; readonly origin: string; readonly rules: number };
  readonly refused?: { readonly at: string; readonly errors: readonly { message: string }[] };
  readonly source: { readonly name: string; readonly problem?: string };
  readonly instances: readonly { readonly instance: string; readonly revision?: string }[];
}

/** The live rules, the last edit, and the ingest instances that have them, as throttle-config sees them. */
export function rulesChecks(
  base: URL | undefined,
  { signal, now }: { signal: AbortSignal; now: () => Date },
): Check[] {
  const status = once(async () => {
    if (base === undefined) return undefined;
    const answer: unknown = JSON.parse(await fetchFromThrottleConfig(base, '/v1/status', signal));
    if (isStatus(answer)) return answer;
    throw new CliError('its status has the format of another version');
  });
  const check = (name: string, judge: (status: Status) => Finding): Check => ({
    name: `rules.${name}`,
    async run() {
      const answer = await status().catch(() => undefined);
      return answer ? judge(answer) : skipped('the status of the rules is not known');
    },
  });
  return [
    { name: 'rules.live', run: async () => judgeLive(await status()) },
    check('edit', ({ refused }) =>
      refused
        ? failure(
            `the edit of ${formatAge(now().getTime() - Date.parse(refused.at))} ago was refused: ${refused.errors[0]?.message}`,
            'antenna rules check FILE; see docs/runbooks/AntennaRulesetRefused.md',
          )
        : ok('the last edit is valid'),
    ),
    check('instances', judgeInstances),
  ];
}

function judgeLive(status: Status | undefined): Finding {
  if (!status) return skipped('no --throttle-config-url');
  const { live, source } = status;
  const rules = countOf(live.rules, 'rule', 'rules');
  if (live.origin === 'source' && source.problem === undefined)
    return ok(`${rules} of ${source.name}`);
  const problem = source.problem ?? 'it holds no valid ruleset';
  const fix = `make ${source.name} readable and valid`;
  return live.origin === 'bundled'
    ? failure(`the bundled rules are live, not those of the source: ${problem}`, fix)
    : warning(`${rules} of the ${live.origin} are live; the source: ${problem}`, fix);
}

function judgeInstances({ live, instances }: Status): Finding {
  if (instances.length === 0) {
    return warning(
      'no ingest instance has asked this replica for rules in the last minutes',
      'THROTTLE_CONFIG_URL of ingest',
    );
  }
  const others = instances.filter(({ revision }) => revision !== live.revision);
  if (others.length === 0)
    return ok(`${countOf(instances.length, 'ingest instance has', 'ingest instances have')} them`);
  const names = others.map(({ instance }) => instance).slice(0, 5);
  return warning(
    `${others.length} of ${countOf(instances.length, 'ingest instance', 'ingest instances')} ${others.length === 1 ? 'runs' : 'run'} other rules: ${names.join(', ')}`,
    'docs/runbooks/AntennaIngestOnOldRuleset.md',
  );
}

function isStatus(answer: unknown): answer is Status {
  const fields: object = typeof answer === 'object' && answer !== null ? answer : {};
  return 'live' in fields && 'source' in fields && 'instances' in fields;
}
