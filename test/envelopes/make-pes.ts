// PES v2 files: the file sent to the Treasury with its attachments, the acknowledgement, the restitution.
import { gzipSync } from 'node:zlib';
import { type Encoding, encodeXml, escapeXml } from './xml-text.ts';

export type PesAttachment = {
  readonly name?: string;
  readonly id?: string;
  readonly type?: string;
  /** Text of `Fichier`; when absent, base64 of gzip of `bytes`. */
  readonly text?: string;
  readonly bytes?: Buffer;
  readonly mimeType?: string;
};

export type PesOptions = {
  readonly nomFic?: string;
  readonly idColl?: string;
  readonly codCol?: string;
  readonly date?: string;
  readonly label?: string;
  readonly vouchers?: readonly { year: string; id: string; amount: string }[];
  readonly attachments?: readonly PesAttachment[];
  readonly encoding?: Encoding;
  readonly prefix?: string;
  /** Inserted before the end of the root. */
  readonly extra?: string;
};

export const pesDefaults = {
  nomFic: 'PESALR2_21340172201787_260314_001.xml',
  idColl: '21340172201787',
  codCol: '123',
  date: '2026-03-14',
  label: "Commune de l'Été",
  vouchers: [{ year: '2026', id: '14', amount: '4874.40' }],
  attachments: [],
  encoding: 'iso-8859-1',
  prefix: 'n',
  extra: '',
} as const satisfies PesOptions;

const NAMESPACE = 'http://www.minefi.gouv.fr/cp/helios/pes_v2/Rev0';

function header(options: PesOptions, type: string): string {
  const { nomFic, idColl, codCol, date, label } = { ...pesDefaults, ...options };
  return `<Enveloppe><Parametres><Version V="1"/><TypFic V="${type}"/><NomFic V="${escapeXml(nomFic)}"/></Parametres></Enveloppe>
<EnTetePES><DteStr V="${date}"/><IdPost V="034000"/><IdColl V="${idColl}"/><CodCol V="${codCol}"/><CodBud V="00"/><LibelleColBud V="${escapeXml(label)}"/></EnTetePES>`;
}

/** Base64 as real files have it: lines of 76 characters. */
export const base64Lines = (bytes: Buffer): string =>
  bytes.toString('base64').replace(/.{76}/gu, '$&\n');

function attachment(pj: PesAttachment, index: number): string {
  const text = pj.text ?? base64Lines(gzipSync(pj.bytes ?? Buffer.alloc(0), { level: 1 }));
  return `<PJ><Contenu><Fichier MIMEType="${pj.mimeType ?? 'application/pdf'}">${text}</Fichier></Contenu><IdUnique V="${pj.id ?? `PJ${index}`}"/><NomPJ V="${escapeXml(pj.name ?? `piece${index}.pdf`)}"/><TypePJ V="${pj.type ?? '003'}"/></PJ>`;
}

export function makePes(options: PesOptions = {}): Buffer {
  const { vouchers, attachments, encoding, prefix: p, extra } = { ...pesDefaults, ...options };
  const body = `<${p}:PES_Aller xmlns:${p}="${NAMESPACE}/aller">
${header(options, 'PESALR2')}
<PES_DepenseAller><EnTeteDepense><IdVer V="2"/></EnTeteDepense>
${vouchers.map(voucher).join('\n')}
</PES_DepenseAller>
<PES_PJ><EnTetePES_PJ><IdVer V="1"/></EnTetePES_PJ>${attachments.map(attachment).join('')}</PES_PJ>${extra}
</${p}:PES_Aller>`;
  return encodeXml(body, encoding);
}

const voucher = ({ year, id, amount }: { year: string; id: string; amount: string }): string =>
  `<Bordereau><BlocBordereau><Exer V="${year}"/><IdBord V="${id}"/><TypBord V="01"/><NbrPce V="1"/><MtBordHT V="${amount}"/></BlocBordereau>
<Piece><BlocPiece><InfoPce><IdPce V="1"/><Obj V="Travaux d'été"/></InfoPce></BlocPiece><LigneDePiece><BlocLignePiece><InfoLignePce><IdLigne V="1"/><MtHT V="${amount}"/></InfoLignePce></BlocLignePiece><Tiers><InfoTiers><IdTiers V="30566191000029"/><Nom V="FOURNISSEUR TEST"/></InfoTiers></Tiers></LigneDePiece></Piece></Bordereau>`;

export type AckElement = {
  readonly domain: string;
  readonly state: '0' | '1';
  readonly voucher?: string;
  readonly uniqueId?: string;
  readonly errors?: readonly { piece: string; line: string; code: string; label: string }[];
};

export function makeAck(elements: readonly AckElement[], options: PesOptions = {}): Buffer {
  const { encoding, prefix: p } = { ...pesDefaults, ...options };
  const told = elements.map(
    ({ domain, state, voucher: id, uniqueId, errors = [] }) =>
      `<ElementACQUIT><DomaineAck V="${domain}"/><EtatAck V="${state}"/>${id === undefined ? '' : `<NumBord V="${id}"/><ExerciceBord V="2026"/>`}${uniqueId === undefined ? '' : `<IdUnique V="${uniqueId}"/>`}${errors
        .map(
          ({ piece, line, code, label }) =>
            `<DetailPiece><NumPiece V="${piece}"/><DetailLigne><NumLigne V="${line}"/><Erreur><NumAnoAck V="${code}"/><LibelleAnoAck V="${escapeXml(label)}"/></Erreur></DetailLigne></DetailPiece>`,
        )
        .join('')}</ElementACQUIT>`,
  );
  const body = `<${p}:PES_ACQUIT xmlns:${p}="${NAMESPACE}/retour/v2">${header(options, 'PESALR2')}<ACQUIT><EnTeteAcquit><IdVer V="2"/></EnTeteAcquit>${told.join('')}</ACQUIT></${p}:PES_ACQUIT>`;
  return encodeXml(body, encoding);
}

export function makePesRetour(options: PesOptions = {}): Buffer {
  const { encoding, prefix: p, vouchers } = { ...pesDefaults, ...options };
  const body = `<${p}:PES_Retour xmlns:${p}="${NAMESPACE}/retour">${header(options, 'PESRETOUR_DEP')}<PES_DepenseRetour>${vouchers.map(voucher).join('')}</PES_DepenseRetour></${p}:PES_Retour>`;
  return encodeXml(body, encoding);
}
