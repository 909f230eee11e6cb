// The XML that a Pastell writes beside its files (`metadata.xml`, no type) or reads from a producer (`manifest.xml`,
// with the type of the flow): keys with values, and keys with files.
import { RefusedError } from '../../errors.ts';
import { type PastellMap } from '../pastell/pastell-map.ts';
import { attributeOf, type XmlTag } from '../xml/xml-visitor.ts';
import type { FormatReader } from './format-reader.ts';

export type FluxFile = { readonly type: 'flux'; readonly form: 'flux'; readonly map: PastellMap };

const MAX_ENTRIES = 10_000;

export class FluxReader implements FormatReader<FluxFile> {
  readonly #fluxType: string;
  readonly #values = new Map<string, string>();
  readonly #files: { field: string; index: number; name: string; originalName: string }[] = [];
  #field = '';
  #index = 0;

  constructor(root: XmlTag) {
    this.#fluxType = attributeOf(root, 'type');
  }

  open(tag: XmlTag): void {
    if (this.#values.size + this.#files.length > MAX_ENTRIES) {
      throw new RefusedError('envelope.metadataOversized', {});
    }
    if (tag.local === 'data') {
      const name = attributeOf(tag, 'name');
      if (name !== '') this.#values.set(name, attributeOf(tag, 'value'));
    } else if (tag.local === 'files') {
      this.#field = attributeOf(tag, 'name');
      this.#index = 0;
    } else if (tag.local === 'file') {
      const name = attributeOf(tag, 'content');
      const originalName = attributeOf(tag, 'name_original') || name;
      if (name !== '') {
        this.#files.push({ field: this.#field, index: this.#index++, name, originalName });
      }
    }
  }

  close(): void {
    // Everything stands in attributes.
  }

  result(): FluxFile {
    return {
      type: 'flux',
      form: 'flux',
      map: { fluxType: this.#fluxType, values: this.#values, files: this.#files },
    };
  }
}
