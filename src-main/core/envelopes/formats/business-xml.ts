// One XML file of any of the formats we know, told apart by namespace and local name of its root, never by its name
// or prefix. An unknown root is no error: an envelope may hold any file.
import type { EnvelopeLimits, Finding } from '#contract/model/envelope';
import { RefusedError } from '../../errors.ts';
import type { ByteSource } from '../bytes/byte-source.ts';
import { readXml } from '../xml/read-xml.ts';
import {
  type PayloadSink,
  ReadingStopped,
  type XmlTag,
  type XmlVisitor,
} from '../xml/xml-visitor.ts';
import { CII_NAMESPACES, CiiReader } from './cii.ts';
import { type StatusFile, StatusReader } from './cpp-status.ts';
import { CTES_NAMESPACE, type CtesMessage, CtesReader } from './ctes.ts';
import type { FormatReader } from './format-reader.ts';
import type { InvoiceFacts } from './invoice-facts.ts';
import { type FluxFile, FluxReader } from './pastell-flux.ts';
import { PES_NAMESPACE, type PesFile, PesReader } from './pes.ts';
import { type PivotFile, PivotReader } from './pivot.ts';
import { UBL_NAMESPACES, UblReader } from './ubl.ts';

export type BusinessXml =
  | CtesMessage
  | PesFile
  | PivotFile
  | StatusFile
  | InvoiceFacts
  | FluxFile
  | { readonly type: 'unknown'; readonly form: '' };

export type ReadBusinessXml = {
  readonly facts: BusinessXml;
  readonly root: string;
  readonly namespace: string;
  readonly warnings: readonly Finding[];
};

/** Throws what `readXml` throws; of an unknown file only the beginning is read, so its rest may be anything. */
export async function readBusinessXml(
  source: ByteSource,
  limits: EnvelopeLimits,
  signal: AbortSignal,
): Promise<ReadBusinessXml> {
  const visitor = new RootDispatch(source, limits);
  const warnings = await readXml(source, visitor, signal);
  return visitor.read(warnings);
}

const CHORUS_NAMESPACES = new Set(['', 'http://chorus-factures.budget.gouv.fr/facture']);

/** null = a format we do not know. */
function readerFor(tag: XmlTag): FormatReader<BusinessXml> | null {
  const { local, uri } = tag;
  if (uri === CTES_NAMESPACE) return new CtesReader(local);
  if (uri.startsWith(PES_NAMESPACE) && local.startsWith('PES_')) return new PesReader(local);
  if (UBL_NAMESPACES.has(uri) && (local === 'Invoice' || local === 'CreditNote')) {
    return new UblReader(local);
  }
  if (CII_NAMESPACES.has(uri) && local.startsWith('CrossIndustry')) return new CiiReader();
  if (!CHORUS_NAMESPACES.has(uri)) return null;
  if (local === 'CPPFacturePivot' || local === 'CPPFactureMixte') return new PivotReader(local);
  if (local === 'CPPStatut') return new StatusReader();
  return local === 'flux' && uri === '' ? new FluxReader(tag) : null;
}

class RootDispatch implements XmlVisitor {
  readonly #source: ByteSource;
  readonly #limits: EnvelopeLimits;
  #reader: FormatReader<BusinessXml> | null = null;
  #root: XmlTag | null = null;

  constructor(source: ByteSource, limits: EnvelopeLimits) {
    this.#source = source;
    this.#limits = limits;
  }

  open(tag: XmlTag, path: readonly string[]): void {
    if (this.#root === null) {
      this.#root = tag;
      this.#reader = readerFor(tag);
      if (this.#reader === null) throw new ReadingStopped();
      this.#checkSize(this.#reader);
    }
    this.#reader?.open(tag, path);
  }

  close(text: string, path: readonly string[]): void {
    this.#reader?.close(text, path);
  }

  payload(tag: XmlTag, path: readonly string[]): PayloadSink | null {
    return this.#reader?.payload?.(tag, path) ?? null;
  }

  read(warnings: readonly Finding[]): ReadBusinessXml {
    const root = this.#root;
    if (root === null) {
      throw new RefusedError('envelope.xmlInvalid', { name: this.#source.name, detail: '' });
    }
    const facts = this.#reader?.result() ?? { type: 'unknown' as const, form: '' as const };
    return { facts, root: root.local, namespace: root.uri, warnings };
  }

  /** Before the rest is read, for nothing. */
  #checkSize(reader: FormatReader<BusinessXml>): void {
    const { maxPesBytes, maxArchiveBytes, maxMetadataBytes } = this.#limits;
    const isFlux = reader instanceof FluxReader;
    const maxBytes =
      reader instanceof PesReader ? maxPesBytes : isFlux ? maxMetadataBytes : maxArchiveBytes;
    const { name, sizeBytes } = this.#source;
    if (sizeBytes > maxBytes) throw new RefusedError('envelope.tooLarge', { name, maxBytes });
  }
}
