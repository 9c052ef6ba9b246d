import { describe, expect, it } from '@jest/globals';
import { EvaluationBudget } from './evaluation-budget.js';
import { RuleLanguage } from './rule-language.js';

const tooMuch = 'the report holds too much text for this rule';

describe('EvaluationBudget', () => {
  it('refuses what is not left, keeps the rest, and is renewed', () => {
    const budget = new EvaluationBudget();
    budget.spend(400_000_000);
    expect(() => budget.spend(200_000_000)).toThrow(tooMuch);
    budget.spend(100_000_000);
    expect(() => budget.spend(1)).toThrow(tooMuch);
    budget.renew();
    expect(() => budget.spend(500_000_000)).not.toThrow();
  });
});

describe('the work for one report', () => {
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
  ])('ends in time: %s', (source) => {
    const language = new RuleLanguage({ many }, () => new Date(0));
    const expression = language.compile(source, 'bool');
    language.use(report);
    expect(() => expression.run()).toThrow(tooMuch);
  });

  it.each([
    'size(get("Huge")) == 20000000',
    'get("Huge").contains("b") || lower(get("Huge")) == get("Huge")',
    'get("Long").contains(get("Long"))',
    'get("Long").matches("^a+$")',
    'many.exists(m, m == get("Missing")) || json(get("Json")) != null',
  ])('is enough for plain rules on large reports: %s', (source) => {
    const language = new RuleLanguage({ many }, () => new Date(0));
    const expression = language.compile(source, 'bool');
    language.use(report);
    expect(expression.run()).toBe(true);
  });
});
