// Elements of BER with definite, indefinite and forged lengths, and the outline of a CMS message made of them.

export const der = (tag: number, ...content: readonly Buffer[]) => {
  const body = Buffer.concat(content);
  return Buffer.concat([Buffer.from([tag]), lengthOf(body.length), body]);
};

export const indefinite = (tag: number, ...content: readonly Buffer[]) =>
  Buffer.concat([Buffer.from([tag, 0x80]), ...content, Buffer.from([0, 0])]);

function lengthOf(length: number): Buffer {
  if (length < 128) return Buffer.from([length]);
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(length);
  return Buffer.concat([Buffer.from([0x84]), bytes]);
}

export const OID = {
  data: Buffer.from('2a864886f70d010701', 'hex'),
  signed: Buffer.from('2a864886f70d010702', 'hex'),
  enveloped: Buffer.from('2a864886f70d010703', 'hex'),
} as const;

type Wrap = typeof der;

/** `wrap`: how the outer elements state their lengths; `octets`: the content, an octet string or null. */
export function makeSigned(octets: Buffer | null, wrap: Wrap = der): Buffer {
  const content = octets ? [wrap(0xa0, octets)] : [];
  const inner = wrap(0x30, der(0x06, OID.data), ...content);
  const digests = wrap(0x31, der(0x30, der(0x06, Buffer.from('608648016503040201', 'hex'))));
  const signers = wrap(0x31, der(0x30, Buffer.alloc(200, 7)));
  const signed = wrap(0x30, der(0x02, Buffer.from([1])), digests, inner, signers);
  return wrap(0x30, der(0x06, OID.signed), wrap(0xa0, signed));
}

export const makeEnveloped = () =>
  der(0x30, der(0x06, OID.enveloped), der(0xa0, der(0x30, Buffer.alloc(100, 3))));
