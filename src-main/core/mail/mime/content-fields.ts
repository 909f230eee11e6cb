// Content-* fields as the facts of a part; what is missing or unreadable becomes what mail programs take it for.
import { readParameters } from '../header-parameters.ts';
import type { MailPart } from '../mail-part.ts';
import type { HeaderFields } from './header-reader.ts';
import { splitParameters } from './raw-parameters.ts';

export type ContentFacts = Pick<
  MailPart,
  'mediaType' | 'parameters' | 'disposition' | 'dispositionParameters' | 'contentId' | 'encoding'
> & {
  /** Of a multipart, as bytes; null when it has none that can be searched for. */
  readonly boundary: Buffer | null;
};

/** RFC 2046 §5.1.1 allows 70; some write 200. */
const LONGEST_BOUNDARY = 1000;

/** `defaultType`: what a part without Content-Type is here (RFC 2045 §5.2; in a digest a message, RFC 2046 §5.1.5). */
export function readContent(fields: HeaderFields, defaultType: string): ContentFacts {
  const type = splitParameters(fields.get('content-type') ?? '');
  const disposition = splitParameters(fields.get('content-disposition') ?? '');
  const parameters = withoutLineBreaks(readParameters(type.pairs));
  const dispositionParameters = withoutLineBreaks(readParameters(disposition.pairs));
  const isNamed = parameters.has('name') || dispositionParameters.has('filename');
  return {
    mediaType: mediaTypeOf(type.value, parameters.has('boundary'), isNamed) || defaultType,
    parameters,
    disposition: disposition.value.split(/\s/, 1)[0]?.toLowerCase() ?? '',
    dispositionParameters,
    contentId: (fields.get('content-id') ?? '').trim().replace(/^<|>$/g, '').trim(),
    encoding: encodingOf(fields.get('content-transfer-encoding') ?? ''),
    boundary: boundaryOf(type.pairs, parameters),
  };
}

// An encoded name may hold line ends; nobody means them.
function withoutLineBreaks(parameters: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  const values = [...parameters.values()];
  if (!values.some((value) => LINE_BREAK.test(value))) return parameters;
  return new Map(
    [...parameters].map(([name, value]) => [name, value.replace(/\r\n|[\r\n]/g, ' ')]),
  );
}

const LINE_BREAK = /[\r\n]/;

/** Empty when nothing is said. */
function mediaTypeOf(value: string, hasBoundary: boolean, isNamed: boolean): string {
  const text = value.toLowerCase();
  const known = /^([^\s/;"]{1,100})\s?\/\s?([^\s/;,"]{1,200})/.exec(text.slice(0, 400));
  if (known) return `${known[1] ?? ''}/${known[2] ?? ''}`;
  if (hasBoundary && (text === '' || text.startsWith('multipart'))) return 'multipart/mixed';
  // `text` alone, or a name without slash: what it holds is not known, but a named one is a file.
  if (text.startsWith('text')) return 'text/plain';
  return text !== '' && isNamed ? 'application/octet-stream' : '';
}

// `Base64 (a comment)`, `"quoted-printable"`, `base64; x=y` are all seen.
function encodingOf(raw: string): string {
  const { value } = splitParameters(raw);
  return value.replaceAll('"', '').trim().split(/\s/, 1)[0] ?? '';
}

function boundaryOf(
  pairs: readonly (readonly [string, string])[],
  parameters: ReadonlyMap<string, string>,
): Buffer | null {
  const plain = pairs.find(([name]) => name.toLowerCase() === 'boundary')?.[1];
  const text = (plain ?? parameters.get('boundary') ?? '').trimEnd();
  if (text === '' || text.length > LONGEST_BOUNDARY) return null;
  // Raw bytes, not decoded: it is compared with lines of the mail.
  return Buffer.from(text, plain === undefined ? 'utf8' : 'latin1');
}
