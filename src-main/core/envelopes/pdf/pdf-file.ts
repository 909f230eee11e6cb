// Random access to the objects of a PDF on disk, with a few blocks in memory whatever its size. Where the file's own
// table is wrong (cut, shifted by a mail gateway, written by hand) the file is looked through once instead.
import { isDict, isRef, PdfBroken, type PdfDict, PdfParser, type PdfValue } from './pdf-objects.ts';
import {
  objectAt,
  packedPlaces,
  padded,
  type PdfBytes,
  type PdfObject,
  rawStream,
} from './pdf-read.ts';
import { findObjects } from './pdf-search.ts';
import { decodeStream } from './pdf-streams.ts';
import type { PdfPlace, PdfSection } from './pdf-table.ts';
import { readTables } from './pdf-tables.ts';

const MAX_PACKED_BYTES = 16_777_216;
const KEPT_STREAMS = 2;

export class PdfFile {
  readonly #bytes: PdfBytes;
  readonly #trailer: PdfDict;
  readonly #sections: readonly PdfSection[];
  readonly #packed = new Map<number, { data: Buffer; places: Map<number, number> }>();

  private constructor(bytes: PdfBytes, trailer: PdfDict, sections: readonly PdfSection[]) {
    this.#bytes = bytes;
    this.#trailer = trailer;
    this.#sections = sections;
  }

  /** By its own tables. Throws PdfBroken, PdfCut. */
  static async open(this: void, bytes: PdfBytes): Promise<PdfFile> {
    const { trailer, sections } = await readTables(bytes);
    return new PdfFile(bytes, trailer, sections);
  }

  /** By looking through it. Throws PdfBroken when there is no catalog either. */
  static async search(this: void, bytes: PdfBytes, signal: AbortSignal): Promise<PdfFile> {
    const { trailer, sections } = await findObjects(bytes, signal);
    return new PdfFile(bytes, trailer, sections);
  }

  get isEncrypted(): boolean {
    return this.#trailer.has('Encrypt');
  }

  async catalog(): Promise<PdfDict> {
    const root = await this.resolve(this.#trailer.get('Root'));
    if (!isDict(root)) throw new PdfBroken('catalog');
    return root;
  }

  /** Follows references, at most a few in a row. */
  async resolve(value: PdfValue | undefined): Promise<PdfValue> {
    let current = value ?? null;
    for (let steps = 0; isRef(current); steps++) {
      if (steps > 10) throw new PdfBroken('reference loop');
      current = (await this.object(current.number))?.value ?? null;
    }
    return current;
  }

  /** null = there is no such object. */
  async object(number: number): Promise<PdfObject | null> {
    const place = await this.#placeOf(number);
    if (place === null) return null;
    if (place.kind === 'packed') return this.#packedObject(number, place);
    const object = await objectAt(this.#bytes, place.offset);
    if (object.number !== number) throw new PdfBroken('object number');
    return object;
  }

  /** The decoded stream of an object. Throws PdfBroken, also above `maxBytes`. */
  async stream(object: PdfObject, maxBytes: number): Promise<Buffer> {
    const { value, streamAt } = object;
    if (!isDict(value) || streamAt === null) throw new PdfBroken('no stream');
    const length = await this.resolve(value.get('Length'));
    const raw = await rawStream(this.#bytes, streamAt, { length, maxBytes });
    const data = await decodeStream(value, raw, maxBytes);
    this.#bytes.spend(data.length);
    return data;
  }

  async #placeOf(number: number): Promise<PdfPlace | null> {
    for (const section of this.#sections) {
      const place = await section.find(number);
      if (place !== undefined) return place;
    }
    return null;
  }

  async #packedObject(
    number: number,
    place: Extract<PdfPlace, { kind: 'packed' }>,
  ): Promise<PdfObject | null> {
    const { data, places } = await this.#objectStream(place.stream);
    const at = places.get(number);
    if (at === undefined) return null;
    return { number, value: new PdfParser(padded(data), at).value(), streamAt: null };
  }

  async #objectStream(number: number): Promise<{ data: Buffer; places: Map<number, number> }> {
    const known = this.#packed.get(number);
    if (known) return known;
    const place = await this.#placeOf(number);
    // An object stream is never inside another (§7.5.7): without this, two could hold each other.
    if (place?.kind !== 'offset') throw new PdfBroken('object stream');
    const object = await objectAt(this.#bytes, place.offset);
    const data = await this.stream(object, MAX_PACKED_BYTES);
    const loaded = { data, places: packedPlaces(object, data) };
    if (this.#packed.size >= KEPT_STREAMS) this.#packed.clear();
    this.#packed.set(number, loaded);
    return loaded;
  }
}
