// The short name of what the file system says (`ENOENT`), for a sentence.
export function fileFault(thrown: unknown): string {
  return thrown instanceof Error && 'code' in thrown ? String(thrown.code) : String(thrown);
}
