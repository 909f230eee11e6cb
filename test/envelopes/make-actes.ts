// @CTES messages, their envelope, and the archive of all: what a public body and its prefecture exchange.
import { makePdf } from '../helpers/make-pdf.ts';
import { makeTarGz, type TarEntry } from './make-tar.ts';
import { type Encoding, encodeXml, escapeXml } from './xml-text.ts';

export type ActeOptions = {
  readonly department?: string;
  readonly siren?: string;
  /** YYYY-MM-DD. */
  readonly date?: string;
  readonly number?: string;
  /** 1 to 6. */
  readonly nature?: string;
  readonly subject?: string;
  readonly documents?: readonly string[];
  readonly annexes?: readonly string[];
  readonly prefix?: string;
  readonly encoding?: Encoding;
};

const NATURES = ['', 'DE', 'AR', 'AI', 'CC', 'BF', 'AU'];

export const acteDefaults = {
  department: '034',
  siren: '491011698',
  date: '2026-03-14',
  number: '2026_014',
  nature: '1',
  subject: 'Délibération du conseil : été à la plage',
  annexes: [],
  prefix: 'actes',
  encoding: 'iso-8859-1',
} as const satisfies ActeOptions;

export function acteIdOf(options: ActeOptions = {}): string {
  const { department, siren, date, number, nature } = { ...acteDefaults, ...options };
  return [department, siren, date.replaceAll('-', ''), number, NATURES[Number(nature)]].join('-');
}

const namespaces = (prefix: string): string =>
  `xmlns:${prefix}="http://www.interieur.gouv.fr/ACTES#v1.1-20040216" xmlns:insee="http://xml.insee.fr/schema"`;

function acteBody(element: string, attributes: string, options: ActeOptions): string {
  const { date, number, nature, subject, prefix: p, annexes } = { ...acteDefaults, ...options };
  const documents = options.documents ?? [`99_DE-${acteIdOf(options)}-1-1_1.pdf`];
  const file = (name: string): string => `<${p}:NomFichier>${escapeXml(name)}</${p}:NomFichier>`;
  return `<${p}:${element} ${attributes} ${p}:Date="${date}" ${p}:NumeroInterne="${number}" ${p}:CodeNatureActe="${nature}">
  <${p}:CodeMatiere1 ${p}:CodeMatiere="3"/><${p}:CodeMatiere2 ${p}:CodeMatiere="2"/>
  <${p}:Objet>${escapeXml(subject)}</${p}:Objet>
  ${documents.map((name) => `<${p}:Document>${file(name)}</${p}:Document>`).join('')}
  <${p}:Annexes ${p}:Nombre="${annexes.length}">${annexes.map((name) => `<${p}:Annexe>${file(name)}</${p}:Annexe>`).join('')}</${p}:Annexes>
</${p}:${element}>`;
}

export function makeActe(options: ActeOptions = {}): Buffer {
  const { prefix, encoding } = { ...acteDefaults, ...options };
  return encodeXml(acteBody('Acte', namespaces(prefix), options), encoding);
}

export function makeArActe(options: ActeOptions & { readonly received?: string } = {}): Buffer {
  const { prefix: p, encoding } = { ...acteDefaults, ...options };
  const received = options.received ?? '2026-03-16';
  const body = `<${p}:ARActe ${namespaces(p)} ${p}:DateReception="${received}" ${p}:IDActe="${acteIdOf(options)}">
${acteBody('ActeRecu', '', options)}
</${p}:ARActe>`;
  return encodeXml(body, encoding);
}

export function makeAnomaly(options: ActeOptions = {}): Buffer {
  const { prefix: p, encoding } = { ...acteDefaults, ...options };
  const body = `<${p}:AnomalieActe ${namespaces(p)}><${p}:Date>2026-03-17</${p}:Date><${p}:Nature>002</${p}:Nature><${p}:Detail>Classification périmée</${p}:Detail>${acteBody('ActeRecu', '', options)}</${p}:AnomalieActe>`;
  return encodeXml(body, encoding);
}

export function makeCtesEnvelope(messages: readonly string[], options: ActeOptions = {}): Buffer {
  const { prefix: p, encoding, siren, department } = { ...acteDefaults, ...options };
  const listed = messages
    .map((name) => `<${p}:Formulaire><${p}:NomFichier>${name}</${p}:NomFichier></${p}:Formulaire>`)
    .join('');
  const body = `<${p}:EnveloppeCLMISILL ${namespaces(p)}><${p}:Emetteur><${p}:IDCL insee:SIREN="${siren}" ${p}:Departement="${department}" ${p}:Arrondissement="2" ${p}:Nature="02"/></${p}:Emetteur><${p}:FormulairesEnvoyes>${listed}</${p}:FormulairesEnvoyes></${p}:EnveloppeCLMISILL>`;
  return encodeXml(body, encoding);
}

/** Entries of a whole archive: envelope, message, act, annexes. */
export function ctesEntries(options: ActeOptions = {}): TarEntry[] {
  const id = acteIdOf(options);
  const message = `${id}-1-1_0.xml`;
  const documents = [`99_DE-${id}-1-1_1.pdf`];
  const annexes = [`22_NE-${id}-1-1_2.pdf`];
  const all = { ...options, documents, annexes };
  return [
    { name: 'EACT--491011698--20260314-1.xml', bytes: makeCtesEnvelope([message], all) },
    { name: message, bytes: makeActe(all) },
    ...[...documents, ...annexes].map((name) => ({ name, bytes: makePdf(2000, name) })),
  ];
}

export const makeCtesArchive = (options: ActeOptions = {}): Buffer =>
  makeTarGz(ctesEntries(options));
