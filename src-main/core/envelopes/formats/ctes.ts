// @CTES messages: acts sent to the prefecture, and what comes back. Namespace and local names decide (prefixes and
// encodings vary by producer); attributes are in the namespace too.
import { attributeOf, type XmlTag } from '../xml/xml-visitor.ts';
import type { FormatReader } from './format-reader.ts';

export const CTES_NAMESPACE = 'http://www.interieur.gouv.fr/ACTES#v1.1-20040216';

export type CtesMessage = {
  readonly type: 'ctes';
  /** Local name of the root in snake case: `acte`, `ar_acte`, `anomalie_acte`, `enveloppe_clmisill`… */
  readonly form: string;
  readonly isEnvelope: boolean;
  /** `dep-SIREN-date-numero-nature`, where the message says it. */
  readonly idActe: string;
  readonly siren: string;
  readonly department: string;
  /** Of the act; raw. */
  readonly actDate: string;
  /** Of the message itself (reception, letter, anomaly); raw. */
  readonly messageDate: string;
  readonly number: string;
  readonly natureCode: string;
  /** `1.1.3`. */
  readonly classification: string;
  readonly subject: string;
  /** Code and text of an anomaly, motive of a letter. */
  readonly reason: string;
  /** Names of the files sent with this message. */
  readonly documents: readonly string[];
  readonly annexes: readonly string[];
  /** Messages an envelope announces. */
  readonly messages: readonly string[];
  /** Files of the act that is answered: named for the record, not sent along. */
  readonly recalled: readonly string[];
};

const MAX_NAMES = 5000;

export class CtesReader implements FormatReader<CtesMessage> {
  readonly #root: string;
  readonly #values = new Map<string, string>();
  readonly #matters: string[] = [];
  readonly #names = { documents: [''], annexes: [''], messages: [''], recalled: [''] };
  #acts = 0;

  constructor(root: string) {
    this.#root = root;
    for (const list of Object.values(this.#names)) list.length = 0;
  }

  open(tag: XmlTag, path: readonly string[]): void {
    const local = tag.local;
    if (local === 'Acte' || local === 'ActeRecu') this.#acts++;
    // Some answers repeat several acts; the first is the one that is answered.
    const isFirstAct = this.#acts <= 1;
    this.#keep('idActe', attributeOf(tag, 'IDActe'));
    if ((local === 'Acte' || local === 'ActeRecu') && isFirstAct) {
      this.#keep('actDate', attributeOf(tag, 'Date'));
      this.#keep('number', attributeOf(tag, 'NumeroInterne'));
      this.#keep('natureCode', attributeOf(tag, 'CodeNatureActe'));
    }
    if (/^CodeMatiere[1-5]$/u.test(local) && isFirstAct) {
      const level = Number(local.at(-1)) - 1;
      this.#matters[level] ??= attributeOf(tag, 'CodeMatiere');
    }
    if (path.length === 1) {
      this.#keep('messageDate', attributeOf(tag, 'DateReception'));
      this.#keep('messageDate', attributeOf(tag, 'DateCourrierPref'));
    }
    if (local.startsWith('ID') || local === 'Destinataire') {
      this.#keep('siren', attributeOf(tag, 'SIREN'));
      this.#keep('department', attributeOf(tag, 'Departement'));
    }
    this.#keep('messageDate', attributeOf(tag, 'DateCourrierPref'));
  }

  close(text: string, path: readonly string[]): void {
    if (text === '') return;
    switch (path.at(-1) ?? '') {
      case 'NomFichier':
        this.#file(text, path);
        break;
      case 'Objet':
        if (this.#acts <= 1) this.#keep('subject', text);
        break;
      case 'Date':
      case 'DateDepot':
        if (path.length === 2) this.#keep('messageDate', text);
        break;
      case 'Nature':
        if (path.length === 2) this.#keep('reasonCode', text);
        break;
      case 'Detail':
      case 'Motif':
      case 'DescriptionPieces':
      case 'NatureIllegalite':
        this.#keep('reason', text);
        break;
      default:
    }
  }

  result(): CtesMessage {
    const value = (key: string): string => this.#values.get(key) ?? '';
    return {
      type: 'ctes',
      form: formOf(this.#root),
      isEnvelope: this.#root.startsWith('Enveloppe') || this.#root === 'AnomalieEnveloppe',
      idActe: value('idActe') || this.#idFromNames(),
      siren: value('siren'),
      department: value('department'),
      actDate: value('actDate'),
      messageDate: value('messageDate'),
      number: value('number'),
      natureCode: value('natureCode'),
      // Levels are given from the top; a hole would be a producer's mistake and is skipped (seen: 1, 2, 3, 5).
      classification: this.#matters.filter((matter) => matter !== '').join('.'),
      subject: value('subject'),
      reason: [value('reasonCode'), value('reason')].filter((part) => part !== '').join(' '),
      ...this.#names,
    };
  }

  #keep(key: string, value: string): void {
    if (value !== '' && !this.#values.has(key)) this.#values.set(key, value);
  }

  #file(name: string, path: readonly string[]): void {
    const isRecalled = path.slice(1).some((part) => RECALLED.has(part));
    const parent = path.at(-2) ?? '';
    const list = isRecalled ? 'recalled' : (LISTS.get(parent) ?? 'documents');
    if (this.#names[list].length < MAX_NAMES) this.#names[list].push(name);
  }

  /** A message without its envelope says its identity only in the names of the files it sends. */
  #idFromNames(): string {
    const { documents, annexes, recalled } = this.#names;
    for (const name of [...documents, ...annexes, ...recalled]) {
      const found = ID_IN_NAME.exec(name);
      if (found?.[1] !== undefined) return found[1];
    }
    return '';
  }
}

const RECALLED: ReadonlySet<string> = new Set(['ActeRecu', 'Acte', 'EnveloppeRecue']);
const LISTS = new Map<string, 'annexes' | 'messages'>([
  ['Annexe', 'annexes'],
  ['PieceJointe', 'annexes'],
  ['Formulaire', 'messages'],
]);
// XSD pattern of IDActe, and no further letter or digit before it (a type prefix `99_DE-` may be).
const ID_IN_NAME = /(?:^|-)(\d[\dAB]\d-\d{9}-\d{8}-[A-Za-z0-9_]{1,15}-[A-Z]{2})-\d/u;

const formOf = (root: string): string =>
  root
    .replace(/([A-Z]+)([A-Z][a-z])/gu, '$1_$2')
    .replace(/([a-z])([A-Z])/gu, '$1_$2')
    .toLowerCase();
