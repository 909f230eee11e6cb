// The program's own Office 365 connector, on the Graph stand-in.
import { createTraffic } from '../../../src-main/core/graph/graph-traffic.ts';
import { askHttp } from '../../../src-main/core/net/ask-http.ts';
import { createOffice365Connector } from '../../../src-main/core/router/connectors/office365.ts';
import type { OpenConnector } from '../../../src-main/core/router/connectors/registry.ts';

/** `url`: of the stand-in, without a path. */
export function graphConnector(url: string): OpenConnector {
  const base = `${url}/v1.0`;
  return createOffice365Connector({
    bases: { global: base, usGov: base, usDod: base, china: base },
    traffic: createTraffic(),
    askHttp,
  });
}
