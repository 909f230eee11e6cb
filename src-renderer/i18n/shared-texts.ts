// The engine that makes sentences is the core's own, so that the window and the command say the same thing in the same
// words. It is pure code without I/O; this is the only file of the window that reaches for it.
/* eslint-disable import-x/no-restricted-paths -- pure text code, to move to contract/texts */
export { createTexts } from '../../src-main/core/texts/texts.ts';
export { sayReason } from '../../src-main/core/texts/say-reason.ts';
export type { Language, TextParams, Texts } from '../../src-main/core/texts/texts.ts';
