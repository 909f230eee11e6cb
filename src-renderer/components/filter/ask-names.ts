// How the filter tester asks for the names of the real source, with the launcher as it stands in the form.
export type AskNames = (signal: AbortSignal) => Promise<readonly string[]>;
