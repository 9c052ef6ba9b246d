import { describe, expect, it } from '@jest/globals';
import { CurrentReport } from './current-report.js';
import { RuleLanguage } from './rule-language.js';

const now = () => new Date(0);
const tooMuch = 'the report is too large for this rule';

describe('the budget of a report', () => {
  it('refuses more steps than are left, keeps the rest, and is renewed for the next report', () => {
    const budget = new CurrentReport(new Map());
    const noAnnotations = new Map<string, string>();
    budget.spend(400_000_000);
    expect(() => budget.spend(200_000_000)).toThrow(tooMuch);
    budget.spend(100_000_000);
    expect(() => budget.spend(1)).toThrow(tooMuch);
    budget.end();
    budget.start(noAnnotations, () => new Date(0));
    expect(() => budget.spend(500_000_000)).not.toThrow();
  });
});

describe('the cost of evaluating a report', () => {
  const many = Array.from({ length: 1000 }, (_, index) => `entry${index}`);
  const half = 'a'.repeat(100_000);
  const report = new Map([
    ['Huge', 'a'.repeat(20_000_000)],
    ['Long', 'a'.repeat(4_000_000)],
    ['Needle', `${half}b${half}`],
    ['Json', `[${'1,'.repeat(200_000)}1]`],
    ['Other', `[${'2,'.repeat(200_000)}1]`],
  ]);

  it.each([
    'many.exists(m, m == get("Huge"))',
    'many.exists(m, lower(get("Huge")) == m)',
    'many.exists(m, get("Huge").contains(m))',
    'many.exists(m, get("Long").matches("entry[0-9]+$"))',
    'many.all(m, json(get("Json")) != json(get("Other")))',
    'get("Long").contains(get("Needle"))',
    'get("Huge").matches("(.|..|...){100}$")',
  ])('is limited: %s', (source) => {
    const language = new RuleLanguage({ many });
    const expression = language.compile(source, 'bool');
    const evaluate = () => language.withReport(report, now, () => expression.run());
    expect(evaluate).toThrow(tooMuch);
  });

  it.each([
    'size(get("Huge")) == 20000000',
    'get("Huge").contains("b") || lower(get("Huge")) == get("Huge")',
    'get("Long").contains(get("Long"))',
    'get("Long").matches("^a+$")',
    'many.exists(m, m == get("Missing")) || json(get("Json")) != null',
  ])('allows plain rules on large reports: %s', (source) => {
    const language = new RuleLanguage({ many });
    const expression = language.compile(source, 'bool');
    expect(language.withReport(report, now, () => expression.run())).toBe(true);
  });
});
