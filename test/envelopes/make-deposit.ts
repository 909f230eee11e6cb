// A complete Pastell deposit with real documents inside, in any combination of the options; and, beside it, what a
// reader ought to find: the files, their roles, the title.
import { mkdir, utimes, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { makeZip } from './make-zip.ts';
import type { DepositOptions } from './deposit-options.ts';
import { depositFields, type Field, TITLES } from './deposit-fields.ts';
import { metadataText } from './deposit-metadata.ts';

export type MadeFile = { readonly name: string; readonly bytes: Buffer };

export type MadeDeposit = {
  readonly options: DepositOptions;
  /** In the order in which they are written: documents, metadata, end marker. */
  readonly files: readonly MadeFile[];
  readonly metadataName: string | null;
  readonly markerName: string | null;
  /** Names on disk by Pastell field; a field may have several. */
  readonly byField: ReadonlyMap<string, readonly string[]>;
  readonly title: string;
};

export function makeDeposit(options: DepositOptions): MadeDeposit {
  const fields = depositFields(options);
  const files: MadeFile[] = [];
  const byField = new Map<string, string[]>();
  for (const field of fields) {
    const position = byField.get(field.name)?.length ?? 0;
    const name = diskName(field, position, options);
    const same = files.findIndex((file) => file.name === name);
    // As a Pastell does: the second simply overwrites.
    if (same >= 0) files[same] = { name, bytes: field.bytes };
    else files.push({ name, bytes: field.bytes });
    byField.set(field.name, [...(byField.get(field.name) ?? []), name]);
  }
  const metadata = metadataText(fields, options, (field, position) =>
    diskName(field, position, options),
  );
  const metadataName = metadata === null ? null : metadataNameOf(options);
  if (metadata !== null) files.push({ name: metadataName!, bytes: Buffer.from(metadata) });
  const markerName = markerOf(options);
  if (markerName !== null) files.push({ name: markerName, bytes: Buffer.alloc(0) });
  return { options, files, metadataName, markerName, byField, title: TITLES[options.kind] };
}

function diskName(field: Field, position: number, { fileNames }: DepositOptions): string {
  const cleaned = field.original.replace(/[\\/]/gu, '-');
  switch (fileNames) {
    case 'original':
      return cleaned;
    case 'pastell':
      return `Ab3xZ9.yml_${field.name}_${position}`;
    case 'pattern':
      return `2026_014_${field.name}_${position}${/\.[a-z]+$/u.exec(cleaned)?.[0] ?? ''}`;
    case 'windows':
      return cleaned.replace(/[:*?"<>|]/gu, '_');
    case 'decomposed':
      return cleaned.normalize('NFD');
  }
}

function metadataNameOf({ metadata, metadataName }: DepositOptions): string {
  const extension = { none: '', xml: 'xml', json: 'json', yaml: 'txt', manifest: 'xml' }[metadata];
  if (metadataName === 'custom') return `2026_014-fiche.${extension}`;
  return metadata === 'manifest' ? 'manifest.xml' : `metadata.${extension}`;
}

/** Only folders get one. */
function markerOf({ container, marker }: DepositOptions): string | null {
  if (container !== 'folder' || marker === 'none') return null;
  return marker === 'standard' ? 'fichier_termine.txt' : 'FINI.ok';
}

const CLUTTER: readonly MadeFile[] = [
  { name: '__MACOSX/._x.pdf', bytes: Buffer.from('x') },
  { name: '._acte.pdf', bytes: Buffer.from('x') },
  { name: '.DS_Store', bytes: Buffer.from('x') },
  { name: 'Thumbs.db', bytes: Buffer.from('x') },
];

/** Writes it below `folder`, all files with the same time; resolves with the path of the unit. */
export async function writeDeposit(
  folder: string,
  deposit: MadeDeposit,
  name = 'Délibération 14 - été',
): Promise<string> {
  const { container, clutter } = deposit.options;
  const files = clutter ? [...deposit.files, ...CLUTTER] : deposit.files;
  if (container === 'zip' || container === 'zip with folder') {
    const prefix = container === 'zip' ? '' : `${name}/`;
    const path = join(folder, `${name}.zip`);
    await writeAt(path, makeZip(files.map((file) => ({ ...file, name: prefix + file.name }))));
    return path;
  }
  const target = container === 'root' ? folder : join(folder, name);
  for (const file of files) await writeAt(join(target, file.name), file.bytes);
  return target;
}

const WRITTEN_AT = new Date('2026-03-14T10:00:00Z');

async function writeAt(path: string, bytes: Buffer): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, bytes);
  await utimes(path, WRITTEN_AT, WRITTEN_AT);
}
