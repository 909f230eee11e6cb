// HTML of a mail, read tag by tag in time that grows with its length alone. What is nested deeper than any writer nests is not
// read on: the parser's own list of open tags would cost more with each.
import { Parser, type Handler } from 'htmlparser2';

/** Writers of newsletters nest tables by the dozen. */
const DEEPEST = 1000;
/** Fed in pieces, so that a text of open tags alone is found out early. */
const PIECE_CHARS = 16_384;

/** False: nested too deep, the rest was left out. */
export function readHtml(
  html: string,
  handler: Required<Pick<Handler, 'onopentag' | 'ontext' | 'onclosetag'>>,
): boolean {
  let depth = 0;
  const parser = new Parser(
    {
      ...handler,
      onopentag(...tag) {
        depth++;
        handler.onopentag(...tag);
      },
      onclosetag(...tag) {
        depth--;
        handler.onclosetag(...tag);
      },
    },
    { decodeEntities: true },
  );
  for (let at = 0; at < html.length && depth <= DEEPEST; at += PIECE_CHARS) {
    parser.write(html.slice(at, at + PIECE_CHARS));
  }
  const isWhole = depth <= DEEPEST;
  parser.end();
  return isWhole;
}
