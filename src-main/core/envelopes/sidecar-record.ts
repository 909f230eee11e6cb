// The index file of an envelope's document: its normalised keys, then what was delivered with it. Pure.
import type { EnvelopeDocument, EnvelopeRole, IndexValue } from '#contract/model/envelope';

/** A file or attachment as it lies in the COLD job's input. */
export type DeliveredFile = {
  readonly role: EnvelopeRole;
  /** As delivered: sanitised, unique. */
  readonly name: string;
  readonly originalName: string;
  readonly mediaType: string;
  readonly sha256: string;
  readonly sizeBytes: number;
};

export type SidecarRecord = Readonly<
  Record<string, IndexValue | readonly Readonly<Record<string, string>>[]>
>;

/** In the order of writing. `warnings`: sentences in the language of the program. */
export function sidecarRecord(
  document: EnvelopeDocument,
  files: readonly DeliveredFile[],
  warnings: readonly string[],
): SidecarRecord {
  return {
    ...document.index,
    files: listOf(files),
    warnings: [...warnings],
  };
}

export const listOf = (files: readonly DeliveredFile[]): Readonly<Record<string, string>>[] =>
  files.map((file) => ({
    role: file.role,
    name: file.name,
    original_name: file.originalName,
    mime: file.mediaType,
    sha256: file.sha256,
    size: String(file.sizeBytes),
  }));
