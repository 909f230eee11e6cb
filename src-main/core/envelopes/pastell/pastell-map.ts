// The metadata of a Pastell deposit, in whichever of its three spellings: a flat map of keys to values, and of keys
// to lists of file names. Anything nested is not a Pastell map.
import { parseFlatYaml } from './flat-yaml.ts';

export type PastellFileRef = {
  readonly field: string;
  /** Position inside its field, from 0. */
  readonly index: number;
  /** As listed; on disk it may be cleaned, or a "Pastell name". */
  readonly name: string;
  readonly originalName: string;
};

export type PastellMap = {
  /** `flux@type` of an import manifest; '' in what a Pastell deposits. */
  readonly fluxType: string;
  readonly values: ReadonlyMap<string, string>;
  readonly files: readonly PastellFileRef[];
};

const MAX_KEYS = 5000;

/** null = not JSON, or not a Pastell map. */
export function jsonMap(text: string): PastellMap | null {
  try {
    return mapOf(JSON.parse(text.replace(/^\uFEFF/u, '')));
  } catch {
    // Not JSON: the caller says what that means for this file.
    return null;
  }
}

/** null = not the flat YAML of a Pastell. Scalars stay the text they are: `no`, `0012`, `2026-11-22`. */
export function yamlMap(text: string): PastellMap | null {
  const entries = parseFlatYaml(text.replace(/^\uFEFF/u, ''));
  return entries === null ? null : mapOf(Object.fromEntries(entries));
}

export const valueOf = (map: PastellMap, key: string): string => map.values.get(key)?.trim() ?? '';

function mapOf(parsed: unknown): PastellMap | null {
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) return null;
  const entries = Object.entries(parsed);
  if (entries.length === 0 || entries.length > MAX_KEYS) return null;
  const values = new Map<string, string>();
  const files: PastellFileRef[] = [];
  for (const [key, value] of entries) {
    if (Array.isArray(value)) {
      const names = value.map(scalar);
      if (names.includes(null)) return null;
      files.push(...names.flatMap((name, index) => fileRef(key, index, name)));
    } else {
      const text = scalar(value);
      if (text === null) return null;
      // A lone name where a list is usual.
      if (FILE_FIELDS.has(key)) files.push(...fileRef(key, 0, text));
      else values.set(key, text);
    }
  }
  return { fluxType: '', values, files };
}

function fileRef(field: string, index: number, name: string | null): PastellFileRef[] {
  return name === null || name === '' ? [] : [{ field, index, name, originalName: name }];
}

function scalar(value: unknown): string | null {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  return value === null ? '' : null;
}

/** Keys that hold files in the flows we know. */
const FILE_FIELDS: ReadonlySet<string> = new Set([
  'arrete',
  'autre_document_attache',
  'aractes',
  'acte_tamponne',
  'annexes_tamponnees',
  'bordereau',
  'document_signe',
  'signature',
  'iparapheur_historique',
  'aractes_annulation',
  'reponse_prefecture_file',
  'fichier_pes',
  'visuel_pdf',
  'fichier_pes_signe',
  'fichier_reponse',
  'pes_acquit',
  'fichier_facture',
  'fichier_facture_pdf',
  'facture_pj_01',
  'facture_pj_02',
  'histo_statut_cpp',
]);
