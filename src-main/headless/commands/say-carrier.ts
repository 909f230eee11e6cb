// Which instance and connector carried a message, or should have, and why that connector: as lines of text.
import type { Texts, TextParams } from '#contract/texts/texts';

/** Of the parameters that the router gives its errors; nothing where they name no connector. */
export function carrierLines(texts: Texts, params: TextParams): string[] {
  const { service = '', connector = '', connectorChoice } = params;
  const instance = service === '' ? [] : [`  ${texts.say('cli.send.service', { service })}`];
  // Without an instance somebody has named the connector; without a connector the sentence says why.
  if (connector === '' || typeof connectorChoice !== 'string') return [];
  const choice = texts.say(`connectorChoice.${connectorChoice}`);
  const isNamed = connectorChoice === 'override' && service === '';
  const key = isNamed ? 'cli.send.namedConnector' : 'cli.send.connector';
  return [...instance, `  ${texts.say(key, { connector, choice })}`];
}
