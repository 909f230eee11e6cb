// The guide inside the window: importing docs/guide.fr.md gives its sections as Vue components, made when the window is
// built. The page gets no Markdown and no parser, and pictures are files of the window like any other.
import { readFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import type { Plugin } from 'vite';
import { type GuideText, readGuide } from './read-guide.ts';

const docs = resolve(import.meta.dirname, '../../docs');
const parts = resolve(import.meta.dirname, '../guide').replaceAll('\\', '/');
const GUIDE = /^guide\.(?:fr|en)\.md$/;
/** `guide.fr.gmail.vue`: a section as if it were a file beside the guide. */
const SECTION = /^(guide\.(?:fr|en))\.([a-z][a-z0-9-]*)\.vue$/;

export function guidePlugin(): Plugin {
  return {
    name: 'guide',
    enforce: 'pre',
    resolveId: (source) =>
      SECTION.test(basename(source)) && source.startsWith('./') ? join(docs, source) : undefined,
    load(id) {
      const name = basename(id);
      const section = SECTION.exec(name);
      if (GUIDE.test(name)) {
        this.addWatchFile(id);
        return listSections(name);
      }
      return section === null ? undefined : writeSection(`${section[1]}.md`, section[2]);
    },
  };
}

const read = (name: string) => readGuide(readFileSync(join(docs, name), 'utf8'), pngSize);

function listSections(name: string): string {
  const { sections } = read(name);
  const stem = name.replace(/\.md$/, '');
  const imports = sections.map(
    ({ id }, index) => `import Body${index} from './${stem}.${id}.vue';`,
  );
  const entries = sections.map(
    ({ id, title, part }, index) =>
      `{ id: ${JSON.stringify(id)}, title: ${JSON.stringify(title)}, part: ${JSON.stringify(part)}, body: Body${index} }`,
  );
  return `import intro from './${stem}.intro.vue';
${imports.join('\n')}
export const guide = { intro, sections: [${entries.join(',\n')}] };`;
}

function writeSection(guide: string, id: string | undefined): string {
  const { intro, sections } = read(guide);
  const text = id === 'intro' ? intro : sections.find((one) => one.id === id)?.text;
  if (text === undefined) throw new Error(`${guide} has no section ${id}.`);
  return writeComponent(text);
}

const writeComponent = ({ template, pictures }: GuideText): string => `<script setup>
import GuideLink from '${parts}/GuideLink.vue';
import GuidePicture from '${parts}/GuidePicture.vue';
${pictures.map((picture, index) => `import picture${index} from './${picture}';`).join('\n')}
</script>
<template>
${template}
</template>`;

/** Width and height lie at fixed places of the first chunk (PNG specification, 11.2.1 IHDR). */
function pngSize(picture: string) {
  const head = readFileSync(join(docs, picture)).subarray(16, 24);
  return { width: head.readUInt32BE(0), height: head.readUInt32BE(4) };
}
