// HTML of mails as page and as text: nothing loads, and what is made to cost time or memory costs little of both.
import { expect, it } from 'vitest';
import { pageOfHtml } from '#core/mail/opener/page';
import { textOfHtml } from '#core/mail/opener/text-of-html';

const head = { from: '', to: '', cc: '', subject: '', date: '' };
const page = (html: string, pictures = new Map<string, string>()) =>
  pageOfHtml(html, head, pictures).split('</h1></div>')[1] ?? '';

it.each([
  ['<p>un</p><p>deux</p>', 'un\n\ndeux\n'],
  ['un<br>deux<br><br>trois', 'un\ndeux\n\ntrois\n'],
  ['<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>', 'a\tb\nc\n'],
  ['<ul><li>un</li><li>deux</li></ul>', '- un\n- deux\n'],
  ['<pre>  a\n\n   b </pre>fin', 'a\n\n   b\nfin\n'],
  ['a <b> b</b>\n  c', 'a b c\n'],
  ['<a href="https://x/y">ici</a>', 'ici <https://x/y>\n'],
  ['<a href="https://x/y">https://x/y</a>', 'https://x/y\n'],
  ['<head><title>t</title><style>p{}</style></head>a<script>b</script>', 'a\n'],
])('reads %j as text', (html, text) => {
  expect(textOfHtml(html)).toBe(text);
});

it.each([
  ['u<rl(http://x/) removed tag', '<style>a{background:u<rl(http://x/a)}</style>'],
  ['a comment in it', '<style>a{background:u/**/rl(http://x/a)}</style>'],
  ['a comment without end', '<style>a{} /* url(http://x/a)</style>'],
  ['a piece that ends in it', `<style>${' '.repeat(16_374)}url(http://x/a)</style>`],
])('leaves no address in a style: %s', (_, html) => {
  expect(page(html)).not.toMatch(/url\(http/);
});

it.each([
  ['blocks', '<p>x'.repeat(60_000)],
  ['cells', '<td>abc '.repeat(60_000)],
  ['tags in tags', '<div>'.repeat(60_000)],
  ['blanks in a row', `<pre>${' '.repeat(200_000)}x</pre>`],
  ['comments in a style', `<style>${'/*x'.repeat(100_000)}</style>`],
  ['links in one line', '<a href="http://x">y</a>'.repeat(20_000)],
])(
  'is over soon with many %s',
  (_, html) => {
    expect(page(html).length + textOfHtml(html).length).toBeGreaterThan(0);
  },
  5000,
);

it('shows a picture as often as it is named, up to a limit', () => {
  const pictures = new Map([['a', `data:image/png;base64,${'A'.repeat(1_000_000)}`]]);
  const found = page('<img src="cid:a">'.repeat(1000), pictures);
  expect(found.match(/src="data:/g)?.length).toBeGreaterThan(30);
  expect(found.length).toBeLessThan(50_000_000);
});
