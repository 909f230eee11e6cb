// A preview as rows of a table: an item with one document is one row; with several, a row for the mail and one for each. Pure.
import type { Explanation } from '#contract/model/explanation';
import type { PreviewDocument, PreviewItem } from '#contract/model/preview';

export type PreviewRow = Pick<
  PreviewDocument,
  'name' | 'sizeBytes' | 'verdict' | 'reason' | 'jobId'
> & {
  readonly id: string;
  /** Why an envelope was classified as it was, and what is odd about it. */
  readonly why: Explanation['why'];
  readonly isPart: boolean;
  readonly isGroup: boolean;
};

export function previewRows(items: readonly PreviewItem[]): readonly PreviewRow[] {
  return items.flatMap((item, index): PreviewRow[] => {
    const { title, sizeBytes, verdict, reason, documents, explanation } = item;
    const why = [...(explanation?.why ?? []), ...(explanation?.warnings ?? [])];
    const own = { id: `${index}`, name: title, sizeBytes, verdict, reason, why, jobId: null };
    const [only] = documents;
    if (only === undefined) return [{ ...own, isPart: false, isGroup: false }];
    if (documents.length === 1 && only.name === title) {
      return [
        {
          ...own,
          jobId: only.jobId,
          reason: only.reason,
          verdict: only.verdict,
          isPart: false,
          isGroup: false,
        },
      ];
    }
    const parts = documents.map((part, at) => ({
      ...part,
      id: `${index}.${at}`,
      why: [],
      isPart: true,
      isGroup: false,
    }));
    return [{ ...own, isPart: false, isGroup: true }, ...parts];
  });
}
