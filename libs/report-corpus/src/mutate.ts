import type { SeededRandom } from '#antenna/crash-client';

type Mutation = (bytes: Buffer, random: SeededRandom, tokens: readonly string[]) => Buffer;

const replaceByte: Mutation = (bytes, random) => {
  const copy = Buffer.from(bytes);
  if (copy.length > 0) copy[random.below(copy.length)] = random.below(256);
  return copy;
};

const flipBit: Mutation = (bytes, random) => {
  const copy = Buffer.from(bytes);
  const at = random.below(Math.max(1, copy.length));
  if (at < copy.length) copy[at] = (copy[at] ?? 0) ^ (1 << random.below(8));
  return copy;
};

const remove: Mutation = (bytes, random) => {
  const at = random.below(bytes.length + 1);
  return Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 1 + random.below(40))]);
};

const truncate: Mutation = (bytes, random) => bytes.subarray(0, random.below(bytes.length + 1));

const repeat: Mutation = (bytes, random) => {
  const at = random.below(bytes.length + 1);
  const end = at + 1 + random.below(200);
  return Buffer.concat([bytes.subarray(0, end), bytes.subarray(at)]);
};

const insertToken: Mutation = (bytes, random, tokens) => {
  const at = random.below(bytes.length + 1);
  return Buffer.concat([bytes.subarray(0, at), tokenOf(random, tokens), bytes.subarray(at)]);
};

const replaceByToken: Mutation = (bytes, random, tokens) => {
  const token = tokenOf(random, tokens);
  const at = random.below(bytes.length + 1);
  return Buffer.concat([bytes.subarray(0, at), token, bytes.subarray(at + token.length)]);
};

const mutations = [
  replaceByte,
  flipBit,
  remove,
  truncate,
  repeat,
  insertToken,
  replaceByToken,
] as const;

function tokenOf(random: SeededRandom, tokens: readonly string[]): Buffer {
  return Buffer.from(tokens[random.below(tokens.length)] ?? '', 'latin1');
}

/**
 * The bytes with one to four random changes.
 * @param tokens strings with a meaning in the format, in Latin-1
 */
export function mutate(bytes: Buffer, random: SeededRandom, tokens: readonly string[]): Buffer {
  let mutated = bytes;
  for (let count = 1 + random.below(4); count > 0; count -= 1)
    mutated = random.oneOf(mutations)(mutated, random, tokens);
  return mutated;
}

/** Strings with a meaning in multipart bodies and JSON, for {@link mutate}. */
export const bodyTokens = [
  '\r\n',
  '\n',
  '--',
  '\r\n--',
  '--\r\n',
  '\r\n\r\n',
  '\0',
  '\xef\xbb\xbf',
  '"',
  "'",
  ';',
  'Content-Disposition: form-data; name="a"\r\n',
  'Content-Disposition: form-data; name="upload_file_minidump"; filename="x"\r\n',
  'Content-Transfer-Encoding: base64\r\n',
  'Content-Type: multipart/mixed; boundary=inner\r\n',
  'Content-Type: application/json\r\n',
  'Content-Type: text/plain; charset=utf-16\r\n',
  '{"a":',
  '[[[[',
  '}',
  '\\u0000',
  '1e999',
  'uuid',
  'extra',
  '__proto__',
];
