// A set of pairs of texts in 20 bytes each, whatever their length: their hashes of 128 bits, never the texts. Two different
// pairs have the same one with a probability of 2^-128, for whatever texts, since the hash is drawn anew for each set (a
// multilinear one of eight lanes: Lemire and Kaser, "Strongly universal string hashing is fast", 2014, theorem 3.1).
import { randomFillSync } from 'node:crypto';

export interface PairSet {
  has(a: string, b: string): boolean;
  add(a: string, b: string): void;
}

const WORDS = 4;
const LANES = 8;
/** A pair of more characters than that is in no set: its owner has to find another way. */
export const LONGEST_PAIR = 8192;
/** Beyond it, a search in the table takes too many steps. */
const FULLEST = 0.8;
const LEAST_PLACES = 1024;

/** `expected` pairs go in without the table being made anew. */
export function createPairSet(expected: number): PairSet {
  const hash = createHash();
  let places = Math.max(LEAST_PLACES, Math.ceil(expected / FULLEST) + 1);
  let table = new Uint32Array(places * WORDS);
  let size = 0;

  /** Where these four words are, or the free place for them. */
  const find = (words: Uint32Array, at: number): number => {
    const [a, b, c, d] = [words[at], words[at + 1], words[at + 2], words[at + 3]];
    let place = ((a ?? 0) % places) * WORDS;
    for (;;) {
      if (isFree(table, place)) return place;
      const isSame = table[place] === a && table[place + 1] === b && table[place + 2] === c;
      if (isSame && table[place + 3] === d) return place;
      place += WORDS;
      if (place === table.length) place = 0;
    }
  };
  const put = (words: Uint32Array, at: number): void => {
    const place = find(words, at);
    if (!isFree(table, place)) return;
    for (let word = 0; word < WORDS; word += 1) table[place + word] = words[at + word] ?? 0;
    size += 1;
  };
  const grow = (): void => {
    const old = table;
    places = Math.ceil(places * 1.5);
    table = new Uint32Array(places * WORDS);
    size = 0;
    for (let at = 0; at < old.length; at += WORDS) if (!isFree(old, at)) put(old, at);
  };
  const fits = (a: string, b: string): boolean => a.length + b.length <= LONGEST_PAIR;
  return {
    has: (a, b) => fits(a, b) && !isFree(table, find(hash(a, b), 0)),
    add: (a, b) => {
      if (!fits(a, b)) return;
      if (size + 1 > places * FULLEST) grow();
      put(hash(a, b), 0);
    },
  };
}

const isFree = (table: Uint32Array, place: number): boolean =>
  (table[place] ?? 0) === 0 &&
  (table[place + 1] ?? 0) === 0 &&
  (table[place + 2] ?? 0) === 0 &&
  (table[place + 3] ?? 0) === 0;

/**
 * Each lane is the sum, modulo 2^32, of each 16-bit character times a random number of its place; its upper half is strongly
 * universal. Returns the same four words each time; never all zero, which means free.
 */
function createHash(): (a: string, b: string) => Uint32Array {
  let random = new Int32Array(0);
  const words = new Uint32Array(WORDS);
  const sums = new Int32Array(LANES);

  // Eight numbers at a place, drawn as far as the longest text needs them.
  const drawFor = (characters: number): void => {
    const wanted = characters * LANES;
    if (random.length >= wanted) return;
    const more = new Int32Array(wanted * 2);
    more.set(random);
    randomFillSync(more.subarray(random.length));
    random = more;
  };
  const addText = (text: string, from: number): void => {
    let [s0 = 0, s1 = 0, s2 = 0, s3 = 0, s4 = 0, s5 = 0, s6 = 0, s7 = 0] = sums;
    for (let index = 0, at = from * LANES; index < text.length; index += 1, at += LANES) {
      const character = text.charCodeAt(index);
      s0 = (s0 + Math.imul(character, random[at] ?? 0)) | 0;
      s1 = (s1 + Math.imul(character, random[at + 1] ?? 0)) | 0;
      s2 = (s2 + Math.imul(character, random[at + 2] ?? 0)) | 0;
      s3 = (s3 + Math.imul(character, random[at + 3] ?? 0)) | 0;
      s4 = (s4 + Math.imul(character, random[at + 4] ?? 0)) | 0;
      s5 = (s5 + Math.imul(character, random[at + 5] ?? 0)) | 0;
      s6 = (s6 + Math.imul(character, random[at + 6] ?? 0)) | 0;
      s7 = (s7 + Math.imul(character, random[at + 7] ?? 0)) | 0;
    }
    sums[0] = s0;
    sums[1] = s1;
    sums[2] = s2;
    sums[3] = s3;
    sums[4] = s4;
    sums[5] = s5;
    sums[6] = s6;
    sums[7] = s7;
  };
  return (a, b) => {
    // Both lengths go first: no pair is the beginning of another, nor can a character change sides.
    drawFor(a.length + b.length + 3);
    for (let lane = 0; lane < LANES; lane += 1) {
      const own = Math.imul(a.length, random[LANES + lane] ?? 0);
      const other = Math.imul(b.length, random[2 * LANES + lane] ?? 0);
      sums[lane] = ((random[lane] ?? 0) + own + other) | 0;
    }
    addText(a, 3);
    addText(b, 3 + a.length);
    for (let word = 0; word < WORDS; word += 1) {
      const low = sums[2 * word] ?? 0;
      const high = sums[2 * word + 1] ?? 0;
      words[word] = (high & 0xffff0000) | (low >>> 16);
    }
    if (isFree(words, 0)) words[0] = 1;
    return words;
  };
}
