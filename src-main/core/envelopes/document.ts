// What the descriptions of all kinds share: a document with its normalised keys in their order, and its attachments.
import type {
  EnvelopeAttachment,
  EnvelopeDocument,
  EnvelopeKind,
  EnvelopeRole,
  IndexValue,
} from '#contract/model/envelope';
import { attachmentNames } from './attachments/attachment-names.ts';
import type { CarriedFile } from './formats/format-reader.ts';
import { splitName } from '../files/name-parts.ts';
import { baseName } from './pastell/resolve-files.ts';
import { oneLine } from './formats/values.ts';

export type Common = {
  readonly kind: EnvelopeKind;
  readonly sourceFile: string;
  readonly form: string;
  readonly id: string;
  readonly title: string;
  readonly date: string;
  readonly amount: string;
  /** SIREN or SIRET of the public body, or of the buyer. */
  readonly orgId: string;
  readonly counterpart: string;
};

export type Rest = Pick<EnvelopeDocument, 'main' | 'files' | 'attachments'> &
  Partial<Pick<EnvelopeDocument, 'linkKey' | 'isAnswer' | 'refusals'>>;

const MAX_TITLE = 500;

/** `specific`: the keys of the kind, in their order. */
export function makeDocument(
  common: Common,
  specific: Readonly<Record<string, IndexValue>>,
  rest: Rest,
): EnvelopeDocument {
  const id = common.id === '' ? stemOf(common.sourceFile) : common.id;
  const title = oneLine(common.title).slice(0, MAX_TITLE) || id;
  return {
    form: common.form,
    id,
    title,
    date: common.date,
    amount: common.amount,
    index: {
      type: common.kind,
      source_file: common.sourceFile,
      id,
      title,
      date: common.date,
      amount: common.amount,
      org_id: common.orgId,
      counterpart: oneLine(common.counterpart),
      form: common.form,
      ...specific,
    },
    linkKey: null,
    isAnswer: false,
    refusals: [],
    ...rest,
  };
}

/** For things that do not say what they are called (the list of an archive, a letter): the name they came under. */
const stemOf = (sourceFile: string): string => splitName(baseName(sourceFile)).stem;

/** `roleOf`: from the type code the envelope gives (`TypePJ`). */
export function attachmentsOf(
  carrier: string,
  carried: readonly CarriedFile[],
  roleOf: (file: CarriedFile) => EnvelopeRole,
): EnvelopeAttachment[] {
  const names = attachmentNames(
    carried.map((file) => ({
      name: file.name,
      innerName: file.innerName,
      mediaType: file.mediaType || file.declaredType,
      fallback: file.fallback || `piece-${file.index + 1}`,
    })),
  );
  return carried.map((file, position) => ({
    carrier,
    index: file.index,
    name: names[position] ?? file.name,
    originalName: file.name,
    mediaType: file.mediaType || file.declaredType || 'application/octet-stream',
    role: roleOf(file),
    packing: file.packing,
    packedBytes: file.packedBytes,
  }));
}
