// Whether a COLD job gets envelopes as folders of their own. Pure.
import type { JobId } from '#contract/ids';
import type { Launcher } from '#contract/model/launcher';

export const getsEnvelopes = (
  launchers: readonly Pick<Launcher, 'source' | 'affiliations'>[],
  jobId: JobId,
): boolean =>
  launchers.some(
    ({ source, affiliations }) =>
      source.protocol === 'adullact' &&
      source.layout === 'folder' &&
      affiliations.some((row) => row.jobId === jobId),
  );
