// Documents of helios: each PES with the acknowledgement that lies beside it; an acknowledgement alone is a document
// of its own, linked to its PES by the name inside it (NomFic), never by file names.
import type { EnvelopeDocument, Refusal } from '#contract/model/envelope';
import { attachmentsOf, makeDocument } from './document.ts';
import type { PesFile } from './formats/pes.ts';
import { decimal, distinct, firstOf, isoDate } from './formats/values.ts';
import { firstOfRoles } from './order-files.ts';
import { type PastellMap, valueOf } from './pastell/pastell-map.ts';
import { factsOfName, fieldName, type View } from './view.ts';

type Told = { readonly file: string; readonly facts: PesFile };

export function describeHelios(view: View): EnvelopeDocument[] {
  const all = view.pieces.flatMap(({ file, xml }): Told[] =>
    xml?.facts.type === 'pes' ? [{ file: file.name, facts: xml.facts }] : [],
  );
  if (view.map !== null) return [describeDeposit(view, view.map, all)];
  const answers = all.filter(({ facts }) => isAnswer(facts));
  const files = all.filter(({ facts }) => !isAnswer(facts));
  const taken = new Set<Told>();
  const documents = files.map((pes) => {
    const answer = answers.find(
      (one) => !taken.has(one) && linkOf(one.facts) === linkOf(pes.facts),
    );
    if (answer) taken.add(answer);
    return heliosDocument(view, { pes, answer, map: null, isAlone: files.length === 1 });
  });
  const alone = answers.filter((answer) => !taken.has(answer));
  return [
    ...documents,
    ...alone.map((answer) =>
      heliosDocument(view, { pes: answer, answer, map: null, isAlone: all.length === 1 }),
    ),
  ];
}

const isAnswer = ({ form }: PesFile): boolean => form === 'pes_acquit' || form === 'pes_nonacquit';

/** NomFic may or may not carry `.xml`; CodCol tells two bodies with equal names apart. */
function linkOf({ nomFic, codCol }: PesFile): string | null {
  if (nomFic === '') return null;
  return `helios|${nomFic.toLowerCase().replace(/\.xml$/u, '')}|${codCol}`;
}

function describeDeposit(view: View, map: PastellMap, all: readonly Told[]): EnvelopeDocument {
  const byField = (...fields: string[]): Told | undefined => {
    for (const field of fields) {
      const file = fieldName(view, field);
      const facts = factsOfName(view, file);
      if (file !== undefined && facts?.type === 'pes') return { file, facts };
    }
    return undefined;
  };
  const pes =
    byField('fichier_pes', 'fichier_pes_signe') ?? all.find(({ facts }) => !isAnswer(facts));
  const answer =
    byField('pes_acquit', 'fichier_reponse') ?? all.find(({ facts }) => isAnswer(facts));
  return heliosDocument(view, { pes, answer, map, isAlone: true });
}

type Parts = {
  readonly pes: Told | undefined;
  readonly answer: Told | undefined;
  readonly map: PastellMap | null;
  /** All files of the unit belong to this document. */
  readonly isAlone: boolean;
};

function heliosDocument(view: View, parts: Parts): EnvelopeDocument {
  const { pes, answer, map, isAlone } = parts;
  const facts = pes?.facts;
  const said = (key: string): string => (map === null ? '' : valueOf(map, key));
  const nomFic = facts?.nomFic ?? '';
  const vouchers = facts?.vouchers ?? [];
  const own = new Set([pes?.file, answer?.file]);
  const files = view.files.filter(({ name }) => isAlone || own.has(name));
  const main = (isAlone ? firstOfRoles(files, ['visual']) : undefined)?.name ?? pes?.file;
  const attachments =
    pes === undefined ? [] : attachmentsOf(pes.file, pes.facts.carried, () => 'attachment');
  const [thirdParty = '', another] = facts?.thirdParties ?? [];
  return makeDocument(
    {
      kind: 'helios',
      sourceFile: view.unitName,
      form: facts?.form ?? 'pes_aller',
      id: firstOf(nomFic, said('objet')),
      title: firstOf(said('objet'), nomFic),
      date: firstOf(
        isoDate(facts?.date ?? ''),
        isoDate(said('dte_str')),
        isoDate(said('date_tdt')),
      ),
      amount: firstOf(facts?.amount, decimal(said('montant_bordereau_ht'))),
      orgId: firstOf(facts?.idColl, said('id_coll')),
      counterpart: another === undefined ? thirdParty : '',
    },
    {
      nom_fic: nomFic,
      typ_fic: facts?.typFic ?? '',
      exercice: firstOf(facts?.year, said('exercice')),
      bordereaux: vouchers.length > 0 ? [...vouchers] : distinct([said('id_bordereau')]),
      pieces_count: facts === undefined || isAnswer(facts) ? '' : String(facts.piecesCount),
      ack_state: firstOf(
        answer?.facts.ackState,
        stateByCode(firstOf(said('pes_etat_ack'), said('etat_ack'))),
      ),
      ack_refusals: (answer?.facts.refusals ?? []).map(refusalLine),
      id_poste: facts?.idPost ?? '',
      code_collectivite: facts?.codCol ?? '',
      code_budget: firstOf(facts?.codBud, said('cod_bud')),
      libelle_budget: facts?.label ?? '',
      domaines: [...(facts?.domains ?? [])],
      objet_piece: facts?.subject ?? '',
    },
    {
      main: { from: 'file', name: main ?? files[0]?.name ?? '' },
      files: files.map(({ name }) => name),
      attachments,
      linkKey: facts === undefined ? null : linkOf(facts),
      isAnswer: facts !== undefined && isAnswer(facts),
      refusals: [...(answer?.facts.refusals ?? [])],
    },
  );
}

/** Pastell: 0 nothing yet, 1 accepted, 2 refused. It looks at the first element alone: the file itself comes first. */
function stateByCode(code: string): string {
  if (code === '1') return 'accepted';
  return code === '2' ? 'refused' : '';
}

/** `5 | 2019/5 | 20.1 | ERREUR_AUTRE | 1971 - Compte…`: what a COLD job can show without knowing the format. */
function refusalLine(refusal: Refusal): string {
  const voucher = [refusal.year, refusal.voucher].filter((part) => part !== '').join('/');
  const piece = [refusal.piece, refusal.line].filter((part) => part !== '').join('.');
  const parts = [
    refusal.domain,
    voucher,
    piece,
    refusal.uniqueId,
    refusal.errorCode,
    refusal.errorLabel,
  ];
  return parts.filter((part) => part !== '').join(' | ');
}
