// What somebody who reads an XML file is told, and in which order. Names are local names: prefixes differ
// from one producer to the next and mean nothing.
import type { SaxesTagNS } from 'saxes';

export type XmlTag = SaxesTagNS;

/** Text of one element too large for a string: base64 as it stands in the file, references left out. */
export type PayloadSink = {
  /** The buffer is only borrowed. A promise returned is waited for before more comes. */
  write(bytes: Buffer): Promise<void> | undefined;
  end(): Promise<void> | undefined;
};

export interface XmlVisitor {
  /** `path`: local names from the root to this element, both included; borrowed. */
  open(tag: XmlTag, path: readonly string[]): void;
  /** `text` of an element without children, at most 64 Ki characters; '' for one with children. */
  close(text: string, path: readonly string[]): void;
  /** Asked right after `open`: where the text of this element goes instead; null = nowhere special. */
  payload?(tag: XmlTag, path: readonly string[]): PayloadSink | null;
  /** True = the rest of the file is of no interest. */
  isDone?(): boolean;
}

export function attributeOf(tag: XmlTag, local: string): string {
  const plain = tag.attributes[local];
  if (plain !== undefined) return plain.value.trim();
  for (const name in tag.attributes) {
    const attribute = tag.attributes[name];
    if (attribute?.local === local) return attribute.value.trim();
  }
  return '';
}

/** Thrown by a visitor that has seen enough: reading ends well, and nothing is said of the rest of the file. */
export class ReadingStopped extends Error {}
