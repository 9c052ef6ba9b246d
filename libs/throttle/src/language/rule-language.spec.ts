import { describe, expect, it } from '@jest/globals';
import { RuleLanguage } from './rule-language.js';

const now = new Date('2026-06-15T12:00:00Z');
const lists = { products: ['Fenix', 'Firefox'], packages: { Fenix: ['a', 'b'], Focus: ['c'] } };

function run(source: string, annotations: Record<string, string> = {}): unknown {
  const language = new RuleLanguage(lists);
  const expression = language.compile(source, 'bool');
  return language.withReport(
    new Map(Object.entries(annotations)),
    () => now,
    () => expression.run(),
  );
}

describe('the rule language', () => {
  it.each([
    ['get("A") == "x"', { A: 'x' }, true],
    ['get("A") == ""', {}, true],
    ['get("A", "d") == "d"', {}, true],
    ['get("A", "d") == ""', { A: '' }, true],
    ['get("X-Odd name") == "x"', { 'X-Odd name': 'x' }, true],
    ['get("__proto__") == "" && get("constructor") == ""', {}, true],
    ['annotations.A == "x"', { A: 'x' }, true],
    ['annotations["X-Odd"] == "x"', { 'X-Odd': 'x' }, true],
    ['has(annotations.A)', { A: 'x' }, true],
    ['has(annotations.A)', { A: '' }, true],
    ['has(annotations.A)', {}, false],
    ['has(annotations.constructor)', {}, false],
    ['"X-Odd" in annotations', { 'X-Odd': '' }, true],
    ['"X-Odd" in annotations', {}, false],
  ])('reads annotations: %s with %j returns %s', (source, annotations, value) => {
    expect(run(source, annotations)).toBe(value);
  });

  it.each([
    ['get("P") in products', { P: 'Fenix' }, true],
    ['get("P") in products', { P: 'fenix' }, false],
    ['get("P") in products', {}, false],
    ['!(get("P") in products)', { P: 'x' }, true],
    ['size(products) == 2', {}, true],
    ['get("P") in packages', { P: 'Focus' }, true],
    ['get("P") in packages', { P: 'constructor' }, false],
    ['get("P") in packages && get("N") in packages[get("P")]', { P: 'Focus', N: 'c' }, true],
    ['get("P") in packages && get("N") in packages[get("P")]', { P: 'Focus', N: 'a' }, false],
    ['get("N") in packages.Fenix', { N: 'b' }, true],
    ['get("P") in ["gpu", "rdd"]', { P: 'rdd' }, true],
    ['products.exists(p, get("U").contains(p))', { U: 'about Firefox' }, true],
    ['products.all(p, get("U") != p)', { U: 'x' }, true],
    ['products.exists_one(p, p.startsWith("F"))', {}, false],
    ['size(products.filter(p, p == get("P"))) == 1', { P: 'Fenix' }, true],
    ['products.filter(p, p != "Fenix").exists(p, p == get("P"))', { P: 'Firefox' }, true],
    ['lower(get("P")) in products.map(p, lower(p))', { P: 'FENIX' }, true],
    ['products.exists(p, p in annotations)', { Fenix: '' }, true],
    ['products.exists(p, has(annotations.A) && p == get("A"))', { A: 'Fenix' }, true],
    ['packages.Fenix.exists(p, p == get("N"))', { N: 'a' }, true],
    ['packages["Focus"].exists(p, p == get("N"))', { N: 'a' }, false],
  ])('reads lists: %s with %j returns %s', (source, annotations, value) => {
    expect(run(source, annotations)).toBe(value);
  });

  it.each([
    ['product() == "App"', { prod: 'App' }, true],
    ['product() == "App"', { ProductName: '', _productName: 'App', prod: 'Electron' }, true],
    ['product() in products', { product: 'Fenix' }, true],
    ['product() == "" && version() == "" && channel() == "" && process() == ""', {}, true],
    ['version() == "1.2"', { _version: '1.2', ver: '37.2.1' }, true],
    ['channel() == "stable"', { channel: 'stable' }, true],
    ['process() in ["", "browser", "main"]', { ptype: 'renderer' }, false],
    ['products.exists(p, product() == p)', { prod: 'Firefox' }, true],
    ['has(annotations.prod) && get("ProductName") == ""', { prod: 'App' }, true],
  ])('reads what clients send under different names: %s with %j', (source, annotations, value) => {
    expect(run(source, annotations)).toBe(value);
  });

  it('keeps the names of these functions free for lists', () => {
    const language = new RuleLanguage({
      product: ['App'],
      version: ['1'],
      channel: [],
      process: [],
    });
    const expression = language.compile('product() in product && !(version() in version)', 'bool');
    const run = () => expression.run();
    expect(language.withReport(new Map([['prod', 'App']]), () => now, run)).toBe(true);
  });

  it.each([
    ['get("A").startsWith("night")', { A: 'nightly-x' }, true],
    ['get("A").endsWith("x")', { A: 'nightly-x' }, true],
    ['get("A").contains("tly_")', { A: 'nightly-x' }, false],
    ['lower(get("A")) == "b2g"', { A: 'B2G' }, true],
    ['get("A").trim() == "x"', { A: ' x ' }, true],
    ['get("A").substring(0, 4) == "2026"', { A: '20260101' }, true],
    ['size(get("A")) == 3 && get("A").size() == 3', { A: 'é😀x' }, true],
    ['get("A") < "20171226"', { A: '20171225' }, true],
    ['int(get("A")) >= 52', { A: '60' }, true],
    ['double(get("A")) > 1.5', { A: '1.6' }, true],
    ['string(5) == get("A")', { A: '5' }, true],
    ['get("A") == "x" ? true : get("B") == "y"', { B: 'y' }, true],
    ['get("A") == "x" || get("B") == "y"', { B: 'y' }, true],
    ['get("A") + get("B") == "xy"', { A: 'x', B: 'y' }, true],
    ['get("A").matches("^5[2-9]\\\\.")', { A: '59.0' }, true],
    ['get("A").matches("^5[2-9]\\\\.")', { A: '60.0' }, false],
    ['get("A").matches(r"^\\d+$")', { A: '12' }, true],
    ['products.exists(p, p.matches("^Fen"))', {}, true],
  ])('evaluates string functions: %s with %j returns %s', (source, annotations, value) => {
    expect(run(source, annotations)).toBe(value);
  });

  it.each([
    ['buildAgeDays(get("B")) > 730', { B: '20240615000000' }, true],
    ['buildAgeDays(get("B")) > 730', { B: '20240616000000' }, false],
    ['buildAgeDays(get("B")) > 730', { B: 'unknown' }, false],
    ['buildAgeDays(get("B")) < 0', { B: 'unknown' }, true],
    ['buildAgeDays(get("B")) == 14.5', { B: '20260601000000' }, true],
  ])('computes the age of builds: %s with %j returns %s', (source, annotations, value) => {
    expect(run(source, annotations)).toBe(value);
  });

  it.each([
    ['json(get("J")) == null', '', true],
    ['json(get("J")) == null', '{', true],
    ['json(get("J")) == null', '{}', false],
    ['json(get("J")).a.b == 5', '{"a": {"b": 5}}', true],
    ['json(get("J")).a <= 9600', '{"a": 9600}', true],
    ['json(get("J")).a <= 9600', '{"a": 9600.5}', false],
    ['json(get("J")).a == "x"', '{"a": 5}', false],
    ['json(get("J"))[1] == 2', '[1, 2]', true],
    ['type(json(get("J")).a) == int', '{"a": 1}', true],
    ['type(json(get("J")).a) == int', '{"a": 1.0}', false],
    ['has(annotations.J) && "k" in json(get("J"))', '{"k": null}', true],
    ['json(get("J")).?a.?b.orValue("none") == "none"', '{"a": null}', true],
    ['json(get("J")).?a.?b.orValue("none") == "none"', '[]', true],
    ['json(get("J")).?a.hasValue()', '{"a": 1}', true],
  ])('reads JSON: %s with %s returns %s', (source, json, value) => {
    expect(run(source, { J: json })).toBe(value);
  });

  it.each([
    ['annotations.A == "x"', {}],
    ['int(get("A")) > 5', { A: 'x' }],
    ['json(get("A")).b == 1', { A: '{}' }],
    ['json(get("A")) > 5', { A: '"text"' }],
    ['json(get("A")).startsWith("x")', { A: '5' }],
    ['packages[get("A")][0] == "x"', { A: 'nothing' }],
    ['get("A").substring(5) == ""', { A: 'x' }],
  ])('fails on unsuitable data: %s with %j', (source, annotations) => {
    expect(() => run(source, annotations)).toThrow(Error);
  });

  it('keeps no data of a report after its evaluation, even if the evaluation fails', () => {
    const language = new RuleLanguage({});
    const expression = language.compile('has(annotations.A) || json(get("A")) != null', 'bool');
    const run = () => expression.run();
    expect(language.withReport(new Map([['A', '{}']]), () => now, run)).toBe(true);
    expect(run()).toBe(false);
    const fail = () => language.compile('', 'bool');
    expect(() => language.withReport(new Map([['A', '{}']]), () => now, fail)).toThrow('is empty');
    expect(run()).toBe(false);
  });

  it('returns the names that an expression uses, and whether it is the literal true', () => {
    const language = new RuleLanguage(lists);
    const { names, alwaysTrue } = language.compile('get("P") in products', 'bool');
    expect([...names]).toEqual(['products']);
    expect(alwaysTrue).toBe(false);
    expect(language.compile('true', 'bool').alwaysTrue).toBe(true);
    expect(language.compile('"true" == "true"', 'bool').alwaysTrue).toBe(false);
  });
});
