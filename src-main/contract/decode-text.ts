// Text files as they come from offices: UTF-8 with or without its mark, UTF-16 with its mark, else Windows-1252. Pure.

/** Node and browser both have it; the contract knows the types of neither. */
declare const TextDecoder: new (
  label: string,
  options?: { readonly fatal: boolean },
) => { decode(bytes: Uint8Array): string };

export function decodeText(bytes: Uint8Array): string {
  const [first, second] = bytes;
  if (first === 0xff && second === 0xfe) return new TextDecoder('utf-16le').decode(bytes);
  if (first === 0xfe && second === 0xff) return new TextDecoder('utf-16be').decode(bytes);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    // No valid UTF-8: what Excel saves as CSV in France.
    return new TextDecoder('windows-1252').decode(bytes);
  }
}
