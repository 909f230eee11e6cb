// One HTML page of a mail: who wrote to whom, when, about what, and the text. Built from what is known to be harmless, not by
// removing what is not: no script, no form, no frame, no address that would be loaded when the page is shown or printed.
import type { MailHeader } from '../mail-part.ts';
import { readHtml } from './read-html.ts';
import { CUT } from './text-of-html.ts';
import { TextPieces } from './text-pieces.ts';

export type PageHead = Pick<MailHeader, 'from' | 'to' | 'cc' | 'subject' | 'date'>;

/** `pictures`: content id in lower case → `data:` address. */
export function pageOfHtml(
  html: string,
  head: PageHead,
  pictures: ReadonlyMap<string, string>,
): string {
  return page(head, cleaned(html, pictures));
}

export function pageOfText(text: string, head: PageHead): string {
  return page(head, `<pre class="mail-text">${escaped(text.replace(/\r\n?/g, '\n'))}</pre>`);
}

function page(head: PageHead, body: string): string {
  const rows = [head.from, head.to, head.cc ?? '', head.date]
    .filter((value) => value !== '')
    .map((value) => `<div>${escaped(value)}</div>`);
  return `<!DOCTYPE html>
<html><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src 'unsafe-inline'">
<title>${escaped(head.subject)}</title>
<style>body{font-family:sans-serif;margin:1.5em}.mail-head{border-bottom:1px solid #999;margin-bottom:1em;padding-bottom:.5em;font-size:.9em}.mail-head h1{font-size:1.2em;margin:0 0 .3em}.mail-text{white-space:pre-wrap;font-family:inherit;overflow-wrap:anywhere}img{max-width:100%}@page{margin:15mm}</style>
</head><body><div class="mail-head"><h1>${escaped(head.subject)}</h1>${rows.join('')}</div>
${body}
</body></html>
`;
}

const TAGS = new Set(
  'a abbr address article aside b bdi bdo big blockquote br caption center cite code col colgroup dd del details dfn div dl dt em figcaption figure font footer h1 h2 h3 h4 h5 h6 header hr i img ins kbd li main mark nav ol p pre q s samp section small span strike strong style sub summary sup table tbody td tfoot th thead time tr tt u ul var wbr'.split(
    ' ',
  ),
);
const VOID = new Set(['br', 'col', 'hr', 'img', 'wbr']);
/** With everything in them. */
const DROPPED = new Set(
  'script iframe object embed applet noscript template svg math audio video canvas select textarea button title frameset noframes'.split(
    ' ',
  ),
);
const ATTRIBUTES = new Set(
  'align alt bgcolor border cellpadding cellspacing class color colspan dir face height hspace id lang nowrap rowspan size span start style title type valign value vspace width'.split(
    ' ',
  ),
);

/** A small picture may be shown many times; a large one shown a thousand times would be a page of gigabytes. */
const MOST_PICTURE_CHARS = 40_000_000;

function cleaned(html: string, pictures: ReadonlyMap<string, string>): string {
  const out = new TextPieces();
  let dropped = 0;
  let style: string | null = null;
  let pictureChars = 0;
  const address = (src: string): string | null => {
    const found = pictureAddress(src, pictures);
    pictureChars += found?.length ?? 0;
    return pictureChars > MOST_PICTURE_CHARS ? null : found;
  };
  const isWhole = readHtml(html, {
    onopentag(name, attributes) {
      if (DROPPED.has(name)) dropped++;
      if (dropped > 0 || !TAGS.has(name)) return;
      if (name === 'style') style = '';
      out.add(`<${name}${attributesOf(name, attributes, address)}>`);
    },
    ontext(text) {
      if (dropped > 0) return;
      if (style === null) out.add(escaped(text));
      else style += text;
    },
    onclosetag(name) {
      if (DROPPED.has(name)) {
        dropped = Math.max(0, dropped - 1);
        return;
      }
      if (name === 'style' && style !== null) {
        // Without tags first: what is taken out of the middle of a word must not make another one.
        out.add(cleanStyle(style.replaceAll('<', ' ')));
        style = null;
      }
      if (dropped === 0 && TAGS.has(name) && !VOID.has(name)) out.add(`</${name}>`);
    },
  });
  if (!isWhole) out.add(`<p>${CUT}</p>`);
  return out.text();
}

function attributesOf(
  tag: string,
  attributes: Readonly<Record<string, string>>,
  addressOf: (src: string) => string | null,
): string {
  let out = '';
  for (const [name, value] of Object.entries(attributes)) {
    if (name === 'style') out += ` style="${escaped(cleanStyle(value))}"`;
    else if (ATTRIBUTES.has(name)) out += ` ${name}="${escaped(value)}"`;
  }
  const { href = '', src = '' } = attributes;
  if (tag === 'img') {
    const address = addressOf(src);
    if (address !== null) out += ` src="${escaped(address)}"`;
  }
  if (tag === 'a' && /^(?:https?|mailto|tel):/i.test(href.trim()))
    out += ` href="${escaped(href)}"`;
  return out;
}

function pictureAddress(src: string, pictures: ReadonlyMap<string, string>): string | null {
  const address = src.trim();
  if (/^data:image\/(?:png|jpe?g|gif|bmp|webp|tiff?)[;,]/i.test(address)) return address;
  const id = /^cid:(.*)$/is.exec(address)?.[1];
  if (id === undefined) return null;
  return pictures.get(decoded(id).toLowerCase()) ?? null;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    // Not percent-encoded after all.
    return text;
  }
}

/** What would load something goes: also where it hides behind a CSS escape. */
function cleanStyle(css: string): string {
  const plain = withoutComments(css);
  if (plain.includes('\\')) return '';
  return plain
    .replace(/@import[^;]*;?/gi, '')
    .replace(/(?:url|image-set|image|expression|src)\s*\([^)]*\)?/gi, 'none')
    .replace(/(?:-moz-binding|behavior)\s*:[^;]*/gi, '');
}

/** In one pass: a comment that nothing ends goes on to the end. */
function withoutComments(css: string): string {
  let out = '';
  for (let at = 0; ;) {
    const from = css.indexOf('/*', at);
    if (from < 0) return out + css.slice(at);
    out += css.slice(at, from);
    const to = css.indexOf('*/', from + 2);
    if (to < 0) return out;
    at = to + 2;
  }
}

function escaped(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
