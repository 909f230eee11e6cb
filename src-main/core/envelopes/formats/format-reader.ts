// What all readers of XML formats have in common: they are visitors with a result, and most of them only want the
// first text found at some paths.
import { attributeOf, type PayloadSink, type XmlTag, type XmlVisitor } from '../xml/xml-visitor.ts';
import { carriesFile, type Glimpse, Glimpser } from '../attachments/carried-file.ts';

export interface FormatReader<T> extends XmlVisitor {
  /** After the file was read to its end. */
  result(): T;
}

/** First value per wanted path; paths are local names joined with `/`. */
export class PathValues {
  readonly #wanted: ReadonlySet<string>;
  readonly #values = new Map<string, string>();

  constructor(wanted: readonly string[]) {
    this.#wanted = new Set(wanted);
  }

  offer(path: string, text: string): void {
    if (text !== '' && this.#wanted.has(path) && !this.#values.has(path)) {
      this.#values.set(path, text);
    }
  }

  /** The first of these that has a value; '' when none has. */
  first(...paths: readonly string[]): string {
    for (const path of paths) {
      const value = this.#values.get(path);
      if (value !== undefined) return value;
    }
    return '';
  }
}

/** A carried file as its format describes it; names are made unique later. */
export type CarriedFile = Glimpse & {
  /** Position among all carried files of the XML file. */
  readonly index: number;
  readonly name: string;
  readonly declaredType: string;
  /** `TypePJ`: 01 = the invoice itself (Chorus). */
  readonly typeCode: string;
  readonly fallback: string;
};

type Labels = Pick<CarriedFile, 'name' | 'declaredType' | 'typeCode' | 'fallback'>;

/** Glimpses every carried file in order; the format adds its labels when it knows them. */
export class CarriedFiles {
  readonly #glimpsers: Glimpser[] = [];
  readonly #labels = new Map<number, Partial<Labels>>();

  payload(tag: XmlTag, path: readonly string[]): PayloadSink | null {
    if (!carriesFile(path)) return null;
    const glimpser = new Glimpser();
    this.#glimpsers.push(glimpser);
    this.label({
      declaredType: attributeOf(tag, 'mimeCode') || attributeOf(tag, 'MIMEType'),
      name: attributeOf(tag, 'filename'),
    });
    return glimpser;
  }

  get count(): number {
    return this.#glimpsers.length;
  }

  /** Of the file that came last, or of the one with that index; an empty label never overwrites. */
  label(labels: Partial<Labels>, index = this.#glimpsers.length - 1): void {
    const known = this.#labels.get(index) ?? {};
    const news = Object.entries(labels).filter(([, value]) => value !== '');
    this.#labels.set(index, { ...known, ...Object.fromEntries(news) });
  }

  files(from = 0, to = this.#glimpsers.length): CarriedFile[] {
    return this.#glimpsers.slice(from, to).map((glimpser, offset) => {
      const index = from + offset;
      const none = { name: '', declaredType: '', typeCode: '', fallback: '' };
      return { index, ...none, ...this.#labels.get(index), ...glimpser.glimpse() };
    });
  }
}
