// The metadata file of a deposit, in the exact shapes a Pastell writes: JSON with escaped characters, XML without
// type, YAML under the name of a text file; and the manifest of an import, with its type.
import { depositFields, type Field, VALUES } from './deposit-fields.ts';
import type { DepositOptions } from './deposit-options.ts';
import { escapeXml } from './xml-text.ts';

const FLUX = {
  acte_nature: 'actes-automatique',
  helios: 'helios-generique',
  chorus_fact: 'facture-cpp',
} as const;

const STRONG_FIELDS: readonly string[] = ['fichier_pes', 'fichier_facture'];

/** null where the options want none. */
export function metadataText(
  fields: readonly Field[],
  options: DepositOptions,
  diskName: (field: Field, position: number) => string,
): string | null {
  const values = valuesOf(options);
  const lists = listsOf(listed(options, fields));
  switch (options.metadata) {
    case 'none':
      return null;
    case 'json':
      return jsonOf({ ...values, ...originals(lists) });
    case 'yaml':
      return yamlOf(values, lists);
    case 'xml':
      return fluxOf('', values, { lists, diskName, options });
    case 'manifest':
      return fluxOf(` type='${FLUX[options.kind]}'`, values, { lists, diskName, options });
  }
}

/** A restriction of files does not touch the list: it names what was never deposited. */
function listed(options: DepositOptions, fields: readonly Field[]): readonly Field[] {
  const all = options.files === 'all' ? fields : depositFields({ ...options, files: 'all' });
  if (options.keys !== 'no strong keys') return all;
  return all.filter(({ name }) => !STRONG_FIELDS.includes(name));
}

function valuesOf({ kind, keys }: DepositOptions): Record<string, string> {
  const { strong, other } = VALUES[kind];
  if (keys === 'files only') return {};
  return keys === 'all' ? { ...strong, ...other } : { ...other };
}

type Lists = ReadonlyMap<string, readonly Field[]>;

function listsOf(fields: readonly Field[]): Lists {
  const lists = new Map<string, Field[]>();
  for (const field of fields) lists.set(field.name, [...(lists.get(field.name) ?? []), field]);
  return lists;
}

const originals = (lists: Lists): Record<string, string[]> =>
  Object.fromEntries([...lists].map(([name, list]) => [name, list.map((one) => one.original)]));

/** As PHP's json_encode writes it. */
const jsonOf = (map: Record<string, unknown>): string =>
  JSON.stringify(map)
    .replace(
      /[\u0080-\uffff]/gu,
      (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
    )
    .replaceAll('/', '\\/');

function yamlOf(values: Record<string, string>, lists: Lists): string {
  const scalar = (text: string): string => `'${text.replaceAll("'", "''")}'`;
  const lines = Object.entries(values).map(([key, value]) => `${key}: ${scalar(value)}`);
  const files = [...lists].map(
    ([name, list]) => `${name}:\n${list.map((one) => `  - ${scalar(one.original)}`).join('\n')}`,
  );
  return `---\n${[...lines, ...files].join('\n')}\n`;
}

type FluxParts = {
  readonly lists: Lists;
  readonly diskName: (field: Field, position: number) => string;
  readonly options: DepositOptions;
};

function fluxOf(type: string, values: Record<string, string>, parts: FluxParts): string {
  const data = Object.entries(values).map(
    ([name, value]) => `  <data name="${name}" value="${escapeXml(value)}"/>`,
  );
  const files = [...parts.lists].map(([name, list]) => {
    const inner = list.map((field, position) => fileElement(field, position, parts)).join('');
    return `  <files name="${name}">${inner}</files>`;
  });
  return `<?xml version="1.0"?>\n<flux${type}>\n${[...files, ...data].join('\n')}\n</flux>\n`;
}

/** Only Pastell names are told twice: the name on disk, and the original. */
function fileElement(field: Field, position: number, { diskName, options }: FluxParts): string {
  const original = escapeXml(field.original);
  if (options.fileNames !== 'pastell') return `<file content="${original}"/>`;
  return `<file content="${escapeXml(diskName(field, position))}" name_original="${original}"/>`;
}
