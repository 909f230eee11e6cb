// Puts text on the clipboard; false where the browser does not allow it.
export async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    // Not allowed here: the text is on the page to be selected.
    return false;
  }
}
