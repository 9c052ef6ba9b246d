/** Small rulesets for specs. */
export const rulesetHead = 'apiVersion: antenna/v1\nkind: ThrottleRuleset\nrules:\n';

/** A ruleset with one rule, which decides every report. */
export function oneRule(name: string, result = 'accept'): string {
  return `${rulesetHead}  - name: ${name}\n    match: "true"\n    result: ${result}\n`;
}

/** Two errors: at 5:32 in rule first, at 9:13 in rule second. */
export const brokenRuleset = `${rulesetHead}  - name: first
    match: get("ProductName" ==
    result: accept
  - name: second
    match: "true"
    result: perhaps
`;

/** Valid, with a warning for rule never. */
export const unreachableRule = `${oneRule('everything')}  - name: never
    match: "true"
    result: reject
`;
