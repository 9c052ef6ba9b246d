import { Port, ServiceConfig, Setting } from '#antenna/service';

/** Everything about throttle-config that an operator may set. */
export class ThrottleConfigConfig extends ServiceConfig {
  @Setting({ env: 'PORT', doc: 'Port on which the ruleset is served; 0 takes any free one.' })
  @Port()
  override port = 8001;

  @Setting({ env: 'RULES_FILE', doc: 'Throttle rules (YAML); unset: the bundled Mozilla rules.' })
  rulesFile: string | undefined;
}
