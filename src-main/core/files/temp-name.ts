// Names of our temporary files: `.lanceur-<data folder>-<life>-<n>.part`. They say which program wrote them
// and in which life (from one start to the next), so that a sweep touches nobody else's. COLD jobs pass over
// them: hidden, and of no type they know.
import { createHash, randomBytes } from 'node:crypto';

/** One program (one data folder) in one life; shared by everything in the process that writes temporaries. */
export interface Instance {
  /** Eight hexadecimal digits that stand for the data folder. */
  readonly tag: string;
  /** Eight hexadecimal digits, new at each start. */
  readonly life: string;
  /** A fresh name, unique wherever it is used. */
  tempName(): string;
}

/** `dataId`: whatever identifies the data folder for good, e.g. an id kept in its database. */
export function createInstance(
  dataId: string,
  life: string = randomBytes(4).toString('hex'),
): Instance {
  const tag = createHash('sha256').update(dataId).digest('hex').slice(0, 8);
  let count = 0;
  return { tag, life, tempName: () => `${PREFIX}${tag}-${life}-${(count++).toString(36)}.part` };
}

/** Written by any launcher program, this one or another: nobody's document. */
export function isOurTemp(name: string): boolean {
  return SHAPE.test(name);
}

/** Written by the program of this data folder, in this life or an earlier one. */
export function isTempOf(name: string, instance: Instance): boolean {
  return SHAPE.exec(name)?.[1] === instance.tag;
}

/** Written since this program started: it may still be in use. */
export function isTempOfThisLife(name: string, instance: Instance): boolean {
  return isTempOf(name, instance) && SHAPE.exec(name)?.[2] === instance.life;
}

const PREFIX = '.lanceur-';
const SHAPE = /^\.lanceur-([0-9a-z]+)-([0-9a-z]+)-[0-9a-z]+\.part$/u;
