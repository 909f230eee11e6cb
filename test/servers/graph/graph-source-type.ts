// The program's own Office 365 source, on the Graph stand-in.
import { createTraffic } from '../../../src-main/core/graph/graph-traffic.ts';
import { askHttp } from '../../../src-main/core/net/ask-http.ts';
import { createO365SourceType } from '../../../src-main/core/sources/o365/o365-source.ts';
import { loadSourceType, type SourceType } from '../../../src-main/core/sources/registry.ts';

/** `url`: of the stand-in, without a path. */
export function graphSourceType(url: string): SourceType {
  const base = `${url}/v1.0`;
  return createO365SourceType({
    bases: { global: base, usGov: base, usDod: base, china: base },
    traffic: createTraffic(),
    askHttp,
  });
}

/** All of the program's own sources, Office 365 on the stand-in. */
export const sourcesWithGraph =
  (url: string): typeof loadSourceType =>
  async (protocol) =>
    protocol === 'o365' ? graphSourceType(url) : await loadSourceType(protocol);
