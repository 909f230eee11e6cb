import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import sharedEn from '../../../resources/locales/en.json' with { type: 'json' };
import sharedFr from '../../../resources/locales/fr.json' with { type: 'json' };
import windowEn from '../../../resources/locales/window/en.json' with { type: 'json' };
import windowFr from '../../../resources/locales/window/fr.json' with { type: 'json' };
import { readGuide } from '../../../src-renderer/build/read-guide.ts';
import { helpTopics } from '../../../src-renderer/guide/help-topics.ts';

const sizeOf = () => ({ width: 10, height: 5 });
const guide = (text: string) => readGuide(`# Title\n\nIntro\n\n## Part\n\n${text}`, sizeOf);
const template = (text: string) =>
  guide(`<a id="one"></a>\n\n### One\n\n${text}`).sections[0]?.text.template ?? '';

describe('taking the guide apart', () => {
  it('gives sections with their addresses, titles and parts', () => {
    const text = '<a id="one"></a>\n\n### One\n\nA\n\n<a id="two"></a>\n\n### Two\n\nB';

    const { intro, sections } = guide(text);

    expect(intro.template).toContain('<p>Intro</p>');
    expect(sections.map(({ id, title, part }) => [id, title, part])).toEqual([
      ['one', 'One', 'Part'],
      ['two', 'Two', 'Part'],
    ]);
    expect(sections[0]?.text.template).not.toContain('B');
  });

  it('makes a picture a component that knows its size, and names its file', () => {
    const { text } = guide('<a id="one"></a>\n\n### One\n\n![A "b"](screens/fr/a.png)')
      .sections[0]!;

    expect(text.pictures).toEqual(['screens/fr/a.png']);
    expect(text.template.trim()).toBe(
      '<GuidePicture :src="picture0" alt="A &quot;b&quot;" :width="10" :height="5" />',
    );
  });

  it('leads links to sections within the window, others to the browser', () => {
    expect(template('[here](#one)')).toContain('<GuideLink section="one">here</GuideLink>');
    expect(template('[there](https://a.example/?b&c)')).toContain(
      'href="https://a.example/?b&amp;c" target="_blank" rel="noopener noreferrer"',
    );
  });

  it('leaves nothing that Vue would read as an expression', () => {
    expect(template('`{{ constructor }}` and {{ this }}')).not.toContain('{{');
  });

  it.each([
    ['a link to nowhere', '[here](#nowhere)', /nowhere/],
    ['HTML', 'a <script>b</script>', /HTML/],
    ['a section without an address', '### Two', /address/],
  ])('refuses %s', (_, text, message) => {
    expect(() => template(text)).toThrow(message);
  });
});

type Tree = { readonly [key: string]: string | Tree };
const sentences = (tree: Tree): string[] =>
  Object.values(tree).flatMap((value) => (typeof value === 'string' ? [value] : sentences(value)));
const plain = (text: string): string => text.replace(/\s+/gu, ' ');

const guides = {
  fr: { text: readFileSync('docs/guide.fr.md', 'utf8'), words: [windowFr, sharedFr] as Tree[] },
  en: { text: readFileSync('docs/guide.en.md', 'utf8'), words: [windowEn, sharedEn] as Tree[] },
};
const french = readGuide(guides.fr.text, sizeOf).sections;
const english = readGuide(guides.en.text, sizeOf).sections;

/** Bold words that are no words of the window: of other programs, or said with stress. */
const others = [
  /^(En direct|Par stunnel|Direct|Through stunnel)\.$/,
  /^(\?|Ctrl\+K)$/,
  /^(chaîne de traçabilité|chain of custody)$/,
  /^(ID client OAuth|OAuth client ID|Application de bureau|Desktop app)$/,
  /^(Inscriptions d'applications|Nouvelle inscription|App registrations|New registration)$/,
  /^(Applications mobiles et de bureau|Mobile and desktop applications)$/,
  /^(Authentification|Authentication|flux de clients publics|public client flows)$/,
  /^(Autorisations d'API|API permissions|application)$/,
  /^(identifiant d'(application|annuaire)|(application \(client\)|directory \(tenant\)) id)$/,
];

describe('the guide', () => {
  it('has the same sections and pictures in both languages', () => {
    const shape = (sections: typeof french, language: string) =>
      sections.map(({ id, text }) => [
        id,
        ...text.pictures.map((picture) => picture.replace(`/${language}/`, '/')),
      ]);

    expect(shape(english, 'en')).toEqual(shape(french, 'fr'));
  });

  it('has every section that a form leads to', () => {
    const ids = french.map(({ id }) => id);

    expect(helpTopics.filter((topic) => !ids.includes(topic))).toEqual([]);
  });

  it('shows pictures that are there', () => {
    const missing = [...french, ...english]
      .flatMap(({ text }) => text.pictures)
      .filter((picture) => !existsSync(`docs/${picture}`));

    expect(missing).toEqual([]);
  });

  it.each(['fr', 'en'] as const)('calls things as the window does (%s)', (language) => {
    const { text, words } = guides[language];
    const said = words.flatMap(sentences).map(plain);
    const unknown = [...plain(text).matchAll(/\*\*([^*]+)\*\*/g)]
      .map(([, bold = '']) => bold)
      .filter((bold) => !others.some((pattern) => pattern.test(bold)))
      .filter((bold) => !said.some((sentence) => sentence.startsWith(bold)));

    expect(unknown).toEqual([]);
  });
});
