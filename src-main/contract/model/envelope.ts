// Envelope (enveloppe Adullact): what a French public body exchanges as one thing made of several files.
// acte_nature = an act sent to the prefecture (@CTES), helios = accounting flow with the Treasury (PES v2),
// chorus_fact = supplier invoice through Chorus Pro. The names are EzGED's: they route like an extension.
import { z } from 'zod';
import { Reason } from '../error-codes.ts';

export const EnvelopeKind = z.enum([
  'acte_nature',
  'helios',
  'chorus_fact',
  'facturx', // PDF with its data inside (Factur-X, ZUGFeRD)
  'ubl', // UBL 2 Invoice or CreditNote
  'cii', // UN/CEFACT Cross Industry Invoice
]);
export type EnvelopeKind = z.infer<typeof EnvelopeKind>;

export const EnvelopeLayer = z.enum([
  'deposit', // put down by a Pastell: files and perhaps a metadata file
  'national', // the file two administrations exchange: @CTES archive or message, PES, Chorus pivot
  'bare', // a business file on its own: receipt of an act, invoice
]);
export type EnvelopeLayer = z.infer<typeof EnvelopeLayer>;

/** A reason or a warning: code + parameters, its sentence is in the locales under `envelope.…`. */
export const Finding = Reason;
export type Finding = Reason;

export const EnvelopeRole = z.enum([
  'act', // the act itself (arrete)
  'stamped', // with the stamp of the transmission platform, or signed
  'annex',
  'pes',
  'visual', // readable picture of a PES
  'acknowledgement', // ARActe, PES_ACQUIT
  'return', // PES_Retour
  'invoice', // what the supplier sent
  'invoice_pdf', // the readable invoice
  'pivot', // Chorus' own description of the invoice
  'attachment',
  'message', // any other @CTES message
  'envelope', // the list of an @CTES archive
  'receipt', // slip, stamped annex, history: proofs of what happened
  'metadata',
  'marker', // end marker: never delivered
  'other',
]);
export type EnvelopeRole = z.infer<typeof EnvelopeRole>;

export const EnvelopeFile = z.object({
  /** Name inside the unit, `/` as separator, as found (not sanitised). */
  name: z.string(),
  role: EnvelopeRole,
  /** What the sender called it, where the metadata says so; else the same as the name. */
  originalName: z.string(),
  mediaType: z.string(),
  sizeBytes: z.number().int(),
});
export type EnvelopeFile = z.infer<typeof EnvelopeFile>;

/** A file carried inside an XML file, in base64. */
export const EnvelopeAttachment = z.object({
  /** Name, inside the unit, of the file that carries it. */
  carrier: z.string(),
  /** Position among all attachments of the carrier, from 0. */
  index: z.number().int(),
  /** Unique within its document, with an extension; not sanitised. */
  name: z.string(),
  originalName: z.string(),
  mediaType: z.string(),
  role: EnvelopeRole,
  /** How it is wrapped inside the base64; `unknown` = cannot be taken out, `empty` = announced but blank. */
  packing: z.enum(['gzip', 'zip', 'plain', 'unknown', 'empty']),
  /** Of the decoded but still packed bytes. */
  packedBytes: z.number().int(),
});
export type EnvelopeAttachment = z.infer<typeof EnvelopeAttachment>;

export const IndexValue = z.union([z.string(), z.array(z.string())]);
export type IndexValue = z.infer<typeof IndexValue>;

/** One line of a partial refusal by the Treasury. */
export const Refusal = z.object({
  /** 0 technical, 1–3 signature, 4 attachment, 5 expenditure, 6 revenue. */
  domain: z.string(),
  /** What was refused: voucher, piece, line, or the id of an attachment. */
  voucher: z.string(),
  year: z.string(),
  piece: z.string(),
  line: z.string(),
  uniqueId: z.string(),
  errorCode: z.string(),
  errorLabel: z.string(),
});
export type Refusal = z.infer<typeof Refusal>;

/** What becomes one document of the archive: an act, a PES, one invoice of a pivot. */
export const EnvelopeDocument = z.object({
  /** `acte`, `ar_acte`, `pes_aller`, `pes_acquit`, `pivot`, `invoice`, `credit_note`… */
  form: z.string(),
  id: z.string(),
  title: z.string(),
  /** YYYY-MM-DD, or empty. */
  date: z.string(),
  /** Decimal with a point, or empty. */
  amount: z.string(),
  /** Normalised keys in their order, ready for a sidecar: `type`, `source_file`, `id`, `title`… */
  index: z.record(z.string(), IndexValue),
  /** What a reader wants to see first: name of a file of the unit or of an attachment. */
  main: z.object({ from: z.enum(['file', 'attachment']), name: z.string() }),
  /** Names of the unit's files that belong to it; all of them when the unit has one document. */
  files: z.array(z.string()),
  attachments: z.array(EnvelopeAttachment),
  /** Same text on the two sides of an exchange: a PES and its acknowledgement, an act and its receipt. */
  linkKey: z.string().nullable(),
  /** Answers the thing with that link key, rather than being it. */
  isAnswer: z.boolean(),
  refusals: z.array(Refusal),
});
export type EnvelopeDocument = z.infer<typeof EnvelopeDocument>;

export const Envelope = z.object({
  kind: EnvelopeKind,
  layer: EnvelopeLayer,
  /** Why it was taken for that, in the order of the arguments. */
  why: z.array(Finding),
  warnings: z.array(Finding),
  /** Main document first, metadata last; the end marker is not among them. */
  files: z.array(EnvelopeFile),
  documents: z.array(EnvelopeDocument).min(1),
});
export type Envelope = z.infer<typeof Envelope>;

const MB = 1_000_000;

export const EnvelopeLimits = z.object({
  /** All files of an act together; the platforms accept 150 MiB. */
  maxActBytes: z
    .number()
    .int()
    .min(1)
    .default(160 * MB),
  /** One PES; the platforms accept 128 MB. */
  maxPesBytes: z
    .number()
    .int()
    .min(1)
    .default(130 * MB),
  /** An archive, packed or unpacked; the Chorus flows stop at 1 GB. */
  maxArchiveBytes: z
    .number()
    .int()
    .min(1)
    .default(1000 * MB),
  maxFiles: z.number().int().min(1).default(2000),
  /** Unpacked : packed. Counts from the hundredth megabyte on: small texts shrink a lot. */
  maxRatio: z.number().min(1).default(200),
  maxMetadataBytes: z
    .number()
    .int()
    .min(1)
    .default(4 * MB),
});
export type EnvelopeLimits = z.infer<typeof EnvelopeLimits>;

/** Settings of a launcher that reads envelopes; a form shows each with its default. */
export const EnvelopeSettings = z.object({
  /** Invoices without a Chorus envelope: as their own kind, as `chorus_fact`, or to quarantine. */
  bareInvoices: z.enum(['own', 'chorus_fact', 'refuse']).default('refuse'),
  /**
   * Name of the file a depositor writes last; several are separated by `;`. Where it is seen it proves completeness;
   * it is never delivered.
   */
  endMarker: z.string().trim().max(200).default('fichier_termine.txt'),
  /** Names of metadata files, the likeliest first; one of another name is recognised by its content. */
  metadataNames: z
    .array(z.string().trim().toLowerCase().min(1).max(200))
    .max(20)
    .default(['metadata.json', 'metadata.xml', 'metadata.txt', 'manifest.xml']),
  /** A folder without its marker is not taken, however long it stays. */
  requireMarker: z.boolean().default(false),
  /** A listed file that never comes: false = taken with a warning after `missingWaitSeconds`, true = not taken. */
  strictFiles: z.boolean().default(false),
  missingWaitSeconds: z.number().int().min(0).max(604_800).default(600),
  /** Quiet time of a folder that nothing proves complete, where Temporisation asks for less. */
  unprovenQuietSeconds: z.number().int().min(0).max(86_400).default(60),
  limits: EnvelopeLimits.prefault({}),
});
export type EnvelopeSettings = z.infer<typeof EnvelopeSettings>;
