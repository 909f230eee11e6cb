// Tar files in the ustar form, with links, devices and unsafe names where a test wants them.
import { gzipSync } from 'node:zlib';

export type TarEntry = {
  readonly name: string;
  readonly bytes?: Buffer | string;
  /** ustar type flag: '0' file, '1' hard link, '2' symbolic link, '3' device, '5' folder. */
  readonly type?: string;
  readonly target?: string;
};

export const makeTarGz = (entries: readonly TarEntry[]): Buffer => gzipSync(makeTar(entries));

export function makeTar(entries: readonly TarEntry[]): Buffer {
  return Buffer.concat([...entries.map(entryOf), Buffer.alloc(1024)]);
}

function entryOf({ name, bytes = '', type = '0', target = '' }: TarEntry): Buffer {
  const content = Buffer.from(bytes);
  const head = Buffer.alloc(512);
  head.write(name, 0, 100);
  head.write('0000644\0', 100);
  head.write('0000000\0', 108);
  head.write('0000000\0', 116);
  head.write(`${content.length.toString(8).padStart(11, '0')}\0`, 124);
  head.write('00000000000\0', 136);
  head.write('        ', 148);
  head.write(type, 156);
  head.write(target, 157, 100);
  head.write('ustar\x0000', 257);
  const sum = head.reduce((total, byte) => total + byte, 0);
  head.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return Buffer.concat([head, content, Buffer.alloc((512 - (content.length % 512)) % 512)]);
}
