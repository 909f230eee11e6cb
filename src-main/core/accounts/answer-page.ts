// The page that the browser shows when it comes back from the provider: one calm sentence in the reader's language,
// nothing fetched from anywhere, no script.
import { createHash } from 'node:crypto';
import { sayReason } from '#contract/texts/say-reason';
import type { Language, Texts } from '#contract/texts/texts';
import type { AppError } from '../errors.ts';
import { loadTexts } from '../texts/load-texts.ts';

export type PageKind =
  | { readonly page: 'done'; readonly user: string }
  | { readonly page: 'failed'; readonly error: AppError }
  | { readonly page: 'stranger' | 'already' };

export async function answerPage(
  kind: PageKind,
  acceptLanguage: string,
): Promise<{ readonly html: string; readonly policy: string }> {
  const texts = await loadTexts(preferred(acceptLanguage));
  const title = texts.say(`signInPage.${kind.page}.title`);
  const html = `<!doctype html>
<html lang="${texts.language}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${escaped(title)} – Lanceur COLD</title><style>${STYLE}</style></head>
<body><main><p class="name">Lanceur COLD</p><h1>${escaped(title)}</h1><p>${escaped(bodyOf(kind, texts))}</p></main></body></html>
`;
  const hash = createHash('sha256').update(STYLE).digest('base64');
  return { html, policy: `default-src 'none'; style-src 'sha256-${hash}'; frame-ancestors 'none'` };
}

function bodyOf(kind: PageKind, texts: Texts): string {
  if (kind.page === 'failed') return sayReason(texts, kind.error);
  if (kind.page === 'done' && kind.user !== '') {
    return texts.say('signInPage.done.named', { user: kind.user });
  }
  return texts.say(`signInPage.${kind.page}.body`);
}

/** The first of our languages that the browser names; French where it names none of them. */
function preferred(acceptLanguage: string): Language {
  for (const range of acceptLanguage.split(',')) {
    const tag = range.trim().slice(0, 2).toLowerCase();
    if (tag === 'fr' || tag === 'en') return tag;
  }
  return 'fr';
}

const escaped = (text: string): string =>
  text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);

const STYLE = `
:root{color-scheme:light dark}
body{margin:0;min-height:100vh;display:grid;place-items:center;font:17px/1.5 system-ui,sans-serif;background:Canvas;color:CanvasText}
main{max-width:34rem;padding:2rem}h1{font-size:1.5rem;font-weight:600;margin:.2em 0 .5em}
.name{margin:0;font-size:.85rem;letter-spacing:.04em;opacity:.7}
`;
