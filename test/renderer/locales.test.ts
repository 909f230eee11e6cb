import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import sharedEn from '../../resources/locales/en.json' with { type: 'json' };
import sharedFr from '../../resources/locales/fr.json' with { type: 'json' };
import en from '../../resources/locales/window/en.json' with { type: 'json' };
import fr from '../../resources/locales/window/fr.json' with { type: 'json' };

type Tree = { readonly [key: string]: string | Tree };

const sentences = (tree: Tree, path = ''): [string, string][] =>
  Object.entries(tree).flatMap(([key, value]) =>
    typeof value === 'string'
      ? [[path + key, value] as [string, string]]
      : sentences(value, `${path}${key}.`),
  );
const holes = (text: string): string[] =>
  [...text.matchAll(/\{(\w+)\}/g)].map((found) => found[1] ?? '').sort();

const french = new Map(sentences(fr));
const english = new Map(sentences(en));
const source = readdirSync('src-renderer', { recursive: true, encoding: 'utf8' })
  .filter((file) => /\.(?:vue|ts)$/.test(file))
  .map((file) => readFileSync(join('src-renderer', file), 'utf8'))
  .join('\n');

/** `mailFilter.${name}.include`. */
const isInTemplate = (stem: string, last: string): boolean =>
  source.includes(`\`${stem}\${`) &&
  (source.includes(`}.${last}\``) || source.includes(`'${last}'`));

/** `window.${name}.saved`: what the page of every record says, for the records that have one. */
const ofRecords = new Set(
  [...source.matchAll(/`window\.\$\{[\w.]+\}\.(\w+)`/g)].map((found) => found[1] ?? ''),
);

describe("the window's texts", () => {
  it('say the same things in both languages', () => {
    expect([...english.keys()].sort()).toEqual([...french.keys()].sort());
  });

  it('take the same parameters in both languages', () => {
    const differing = [...french].filter(
      ([key, text]) => holes(text).join() !== holes(english.get(key) ?? '').join(),
    );

    expect(differing).toEqual([]);
  });

  it.each([
    ['fr', sharedFr, fr],
    ['en', sharedEn, en],
  ])('name a setting as the sentences do that send people to it: %s', (_language, core, own) => {
    const { bareInvoice } = core.errors.envelope;
    expect(bareInvoice).toContain(own.field.adullact.bareInvoices);
    const { notOffered, injected } = core.errors.starttls;
    const { tlsImap, tlsPop, tlsSmtp } = own.option;
    for (const { implicit } of [tlsImap, tlsPop, tlsSmtp]) {
      const [, name = '', port = ''] = /^(?:SSL\/)?(.+) \((\d+)\)$/.exec(implicit) ?? [];
      for (const text of [notOffered, injected]) {
        expect(text).toContain(name);
        expect(text).toContain(port);
      }
    }
  });

  it('are all used', () => {
    const unused = [...french.keys()].filter((key) => {
      const name = key.replace(/\.(?:one|other)$/, '');
      // Dynamic keys: `window.protocol.${protocol}`, and sentences for the core's error codes.
      const parent = name.slice(0, name.lastIndexOf('.'));
      const last = name.slice(parent.length + 1);
      // Fields name the tail of their label and help, and options the list they belong to.
      const tail = name.replace(/^(?:field|help)\./, '');
      const stem = tail.slice(0, tail.indexOf('.') + 1);
      const isOfForm =
        (name !== tail &&
          (source.includes(`'${tail}'`) ||
            source.includes(`\`${tail.slice(0, -last.length)}\${`) ||
            isInTemplate(stem, last))) ||
        (name.startsWith('option.') &&
          source.includes(`'${parent.slice('option.'.length)}'`) &&
          new RegExp(`['\\s{[]${last}['\\s,:\\]]`).test(source));
      return !(
        isOfForm ||
        source.includes(`window.${name}'`) ||
        (ofRecords.has(last) && source.includes(`  name: '${parent}',`)) ||
        source.includes(`window.${parent}.\${`) ||
        name.startsWith('errors.') ||
        name.startsWith('invalid.')
      );
    });

    expect(unused).toEqual([]);
  });

  it('answer only error codes that the core knows', () => {
    const known = new Set(sentences(sharedFr.errors).map(([key]) => key));
    const strange = sentences(fr.errors).filter(([key]) => !known.has(key));

    expect(strange).toEqual([]);
  });

  it('keep the sign before a double punctuation mark on its line in French', () => {
    expect([...french].filter(([, text]) => / [:;?!»]|« /.test(text))).toEqual([]);
  });
});
