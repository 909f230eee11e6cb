// Draws every icon of the program from the vectors below: `npm run icons`. The results are committed, so that neither build
// nor test needs the rasteriser. Each state has a shape of its own, not only a colour: square, square with a triangle, warning
// triangle, circle with a cross, circle with two bars. Below 24 pixels strokes lie on whole pixels.
import { Buffer } from 'node:buffer';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Resvg } from '@resvg/resvg-js';

const here = import.meta.dirname;
const TRAY_SIZES = [16, 20, 24, 32];
const APP_SIZES = [16, 24, 32, 48, 64, 256];

/** Fill, rim and mark, for a light and for a dark task bar. */
const colours = {
  idle: { light: ['#157a3c', '#0c5527', '#ffffff'], dark: ['#2fb564', '#7fe0a3', '#06260f'] },
  busy: { light: ['#0b5cad', '#083f78', '#ffffff'], dark: ['#4aa3f5', '#a9d5ff', '#04203b'] },
  warning: { light: ['#f2b705', '#7a5a00', '#2b2000'], dark: ['#ffc933', '#fff0bd', '#2b2000'] },
  error: { light: ['#c62424', '#8a1212', '#ffffff'], dark: ['#ff5a52', '#ffc2be', '#3a0200'] },
  paused: { light: ['#5f6670', '#3f454d', '#ffffff'], dark: ['#aeb6c1', '#e4e8ed', '#1b1f24'] },
};

/** On a grid of 16: what is drawn on it lies on whole pixels at 16 and 32. */
const shapes = {
  idle: ([fill, rim, mark]) =>
    `<rect x="0.5" y="0.5" width="15" height="15" rx="3" fill="${fill}" stroke="${rim}"/>` +
    `<path d="M7 3h2v4h2.6L8 10.6 4.4 7H7z" fill="${mark}"/><path d="M3 11h2v1h6v-1h2v3H3z" fill="${mark}"/>`,
  busy: ([fill, rim, mark]) =>
    `<rect x="0.5" y="0.5" width="15" height="15" rx="3" fill="${fill}" stroke="${rim}"/>` +
    `<path d="M5 3v10l8-5z" fill="${mark}"/>`,
  warning: ([fill, rim, mark]) =>
    `<path d="M8 1.2 15.4 15.5H0.6z" fill="${fill}" stroke="${rim}" stroke-linejoin="round"/>` +
    `<path d="M7 6h2v5H7zM7 12h2v2H7z" fill="${mark}"/>`,
  error: ([fill, rim, mark]) =>
    `<circle cx="8" cy="8" r="7.5" fill="${fill}" stroke="${rim}"/>` +
    `<path d="M5 5l6 6M11 5l-6 6" stroke="${mark}" stroke-width="2.4" stroke-linecap="round"/>`,
  paused: ([fill, rim, mark]) =>
    `<circle cx="8" cy="8" r="7.5" fill="${fill}" stroke="${rim}"/>` +
    `<path d="M5 4h2v8H5zM9 4h2v8H9z" fill="${mark}"/>`,
};

/** The same picture as the page's own icon. */
const app =
  '<rect width="32" height="32" rx="7" fill="#0b5cad"/>' +
  '<path d="M8 18v5a2 2 0 0 0 2 2h12a2 2 0 0 0 2-2v-5" fill="none" stroke="#fff" stroke-width="2.6" stroke-linecap="round" stroke-linejoin="round"/>' +
  '<path d="M16 6v12m-5-5 5 5 5-5" fill="none" stroke="#fff" stroke-width="2.6" stroke-linecap="round" stroke-linejoin="round"/>';

const svg = (grid, body) =>
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${grid} ${grid}">${body}</svg>`;

function draw(text, size) {
  const image = new Resvg(text, { fitTo: { mode: 'width', value: size } }).render();
  return { size, png: image.asPng(), rgba: image.pixels };
}

/** An .ico of several sizes: bitmaps up to 64 pixels, which every reader knows, PNG above. */
function ico(images) {
  const header = Buffer.alloc(6 + 16 * images.length);
  header.writeUInt16LE(1, 2);
  header.writeUInt16LE(images.length, 4);
  let offset = header.length;
  const bodies = images.map((image, index) => {
    const body = image.size > 64 ? image.png : bitmap(image);
    const at = 6 + 16 * index;
    header.writeUInt8(image.size % 256, at);
    header.writeUInt8(image.size % 256, at + 1);
    header.writeUInt16LE(1, at + 4);
    header.writeUInt16LE(32, at + 6);
    header.writeUInt32LE(body.length, at + 8);
    header.writeUInt32LE(offset, at + 12);
    offset += body.length;
    return body;
  });
  return Buffer.concat([header, ...bodies]);
}

/** A device-independent bitmap: 32 bits, from the last row up, straight alpha, then an empty mask. */
function bitmap({ size, rgba }) {
  const head = Buffer.alloc(40);
  head.writeUInt32LE(40, 0);
  head.writeInt32LE(size, 4);
  head.writeInt32LE(size * 2, 8);
  head.writeUInt16LE(1, 12);
  head.writeUInt16LE(32, 14);
  const pixels = Buffer.alloc(size * size * 4);
  for (let y = 0; y < size; y += 1) {
    for (let x = 0; x < size; x += 1) {
      const from = (y * size + x) * 4;
      const to = ((size - 1 - y) * size + x) * 4;
      const alpha = rgba[from + 3];
      // The rasteriser's colours are multiplied by their alpha already.
      const straight = (value) =>
        alpha === 0 ? 0 : Math.min(255, Math.round((value * 255) / alpha));
      pixels[to] = straight(rgba[from + 2]);
      pixels[to + 1] = straight(rgba[from + 1]);
      pixels[to + 2] = straight(rgba[from]);
      pixels[to + 3] = alpha;
    }
  }
  const maskRow = Math.ceil(size / 32) * 4;
  return Buffer.concat([head, pixels, Buffer.alloc(maskRow * size)]);
}

mkdirSync(join(here, 'tray'), { recursive: true });
for (const [state, shape] of Object.entries(shapes)) {
  for (const bar of ['light', 'dark']) {
    const text = svg(16, shape(colours[state][bar]));
    const name = join(here, 'tray', `${state}-${bar}`);
    writeFileSync(`${name}.svg`, `${text}\n`);
    writeFileSync(`${name}.ico`, ico(TRAY_SIZES.map((size) => draw(text, size))));
    for (const [suffix, size] of [
      ['', 16],
      ['@1.25x', 20],
      ['@1.5x', 24],
      ['@2x', 32],
    ]) {
      writeFileSync(`${name}${suffix}.png`, draw(text, size).png);
    }
  }
}
const text = svg(32, app);
writeFileSync(join(here, 'app.svg'), `${text}\n`);
writeFileSync(join(here, 'app.png'), draw(text, 512).png);
writeFileSync(join(here, 'app.ico'), ico(APP_SIZES.map((size) => draw(text, size))));
