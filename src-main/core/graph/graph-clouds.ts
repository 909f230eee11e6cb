// Where Microsoft Graph answers in each of Microsoft's clouds (learn.microsoft.com/graph/deployments).
import type { OauthSettings } from '#contract/model/account';

export type GraphBases = Readonly<Record<OauthSettings['cloud'], string>>;

export const graphBases: GraphBases = {
  global: 'https://graph.microsoft.com/v1.0',
  usGov: 'https://graph.microsoft.us/v1.0',
  usDod: 'https://dod-graph.microsoft.us/v1.0',
  china: 'https://microsoftgraph.chinacloudapi.cn/v1.0',
};
