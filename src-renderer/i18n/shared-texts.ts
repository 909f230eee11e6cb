// The engine that makes sentences is the contract's, so that the window and the command say the same thing in the same words.
export { createTexts } from '#contract/texts/texts';
export { localeOf } from '#contract/texts/formats';
export { sayReason } from '#contract/texts/say-reason';
export type { Language, TextParams, Texts } from '#contract/texts/texts';
