// Takes docs/guide.<language>.md apart: one section per third-level heading, with the address written before it as
// `<a id="…"></a>`, and its text as a Vue template. Throws on whatever would not arrive in the window as it was written.
import { Marked, type Token, type Tokens } from 'marked';

export type GuideText = {
  /** A Vue template: HTML with GuidePicture, GuideLink; pictures are `picture0`, `picture1`… of `pictures`. */
  readonly template: string;
  /** Addresses of pictures as the guide writes them: `screens/fr/history.png`. */
  readonly pictures: readonly string[];
};

export type ReadSection = {
  /** The same in both languages: `gmail`. */
  readonly id: string;
  readonly title: string;
  /** Title of the part of the guide it lies in. */
  readonly part: string;
  readonly text: GuideText;
};

export type PictureSize = { readonly width: number; readonly height: number };

/** `sizeOf` is asked for each picture, so that nothing jumps when it arrives; throws where there is none. */
export function readGuide(
  markdown: string,
  sizeOf: (picture: string) => PictureSize,
): { readonly intro: GuideText; readonly sections: readonly ReadSection[] } {
  const blocks = new Marked().lexer(markdown).filter(({ type }) => type !== 'space');
  const firstPart = blocks.findIndex((one) => isHeading(one, 2));
  const introduction = blocks.slice(0, firstPart).filter((one) => !isHeading(one, 1));
  const found: { id: string; title: string; part: string; blocks: Token[] }[] = [];
  let part = '';
  let id: string | undefined;
  for (const block of blocks.slice(firstPart)) {
    const address = /^<a id="([a-z][a-z0-9-]*)"><\/a>$/.exec(block.raw.trim())?.[1];
    if (address !== undefined) id = address;
    else if (isHeading(block, 2)) part = plainText(block);
    else if (isHeading(block, 3)) {
      if (id === undefined) throw new Error(`The guide has no address before ${block.raw.trim()}`);
      found.push({ id, title: plainText(block), part, blocks: [] });
      id = undefined;
    } else found.at(-1)?.blocks.push(block);
  }
  const known = new Set(found.map((one) => one.id));
  const write = (tokens: Token[]): GuideText => writeTemplate(tokens, { sizeOf, known });
  return {
    intro: write(introduction),
    sections: found.map(({ blocks: tokens, ...section }) => ({ ...section, text: write(tokens) })),
  };
}

type Known = {
  readonly sizeOf: (picture: string) => PictureSize;
  readonly known: ReadonlySet<string>;
};

function writeTemplate(tokens: Token[], { sizeOf, known }: Known): GuideText {
  const pictures: string[] = [];
  const renderer = new Marked({
    renderer: {
      heading({ depth, tokens: inside }) {
        // The section's own title is the page's first heading.
        const level = depth - 2;
        return `<h${level}>${this.parser.parseInline(inside)}</h${level}>\n`;
      },
      link({ href, tokens: inside }) {
        const text = this.parser.parseInline(inside);
        if (!href.startsWith('#')) {
          return `<a href="${escape(href)}" target="_blank" rel="noopener noreferrer">${text}</a>`;
        }
        const section = href.slice(1);
        if (!known.has(section)) throw new Error(`The guide links to ${href}, which is nowhere.`);
        return `<GuideLink section="${section}">${text}</GuideLink>`;
      },
      image({ href, text }) {
        const { width, height } = sizeOf(href);
        pictures.push(href);
        const name = `picture${pictures.length - 1}`;
        return `<GuidePicture :src="${name}" alt="${escape(text)}" :width="${width}" :height="${height}" />`;
      },
      paragraph({ tokens: inside }) {
        const text = this.parser.parseInline(inside);
        // A picture alone is a figure of its own.
        return inside.every(({ type }) => type === 'image') ? `${text}\n` : `<p>${text}</p>\n`;
      },
      html({ raw }) {
        throw new Error(`The guide holds HTML: ${raw}`);
      },
    },
  });
  const html = renderer.parser(tokens);
  // Vue would read two braces as an expression.
  return { template: html.replaceAll('{', '&#123;'), pictures };
}

const isHeading = (token: Token, depth: number): token is Tokens.Heading =>
  token.type === 'heading' && 'depth' in token && token.depth === depth;

const plainText = (token: Tokens.Heading): string => token.text;

const escape = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;');
