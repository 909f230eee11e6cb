// Documents of acte_nature: an act from its deposit, or each message of an exchange with the prefecture.
import type { EnvelopeDocument, EnvelopeFile } from '#contract/model/envelope';
import { makeDocument } from './document.ts';
import { acteId, type ActeIdentity, NATURE_LABELS, natureCodeOf } from './formats/acte-id.ts';
import type { CtesMessage } from './formats/ctes.ts';
import { firstOf, isoDate } from './formats/values.ts';
import { firstOfRoles } from './order-files.ts';
import { valueOf, type PastellMap } from './pastell/pastell-map.ts';
import { baseName } from './pastell/resolve-files.ts';
import { factsOfName, fieldName, type View } from './view.ts';

type Message = { readonly file: string; readonly facts: CtesMessage };

export function describeActe(view: View): EnvelopeDocument[] {
  const messages = view.pieces.flatMap(({ file, xml }): Message[] =>
    xml?.facts.type === 'ctes' ? [{ file: file.name, facts: xml.facts }] : [],
  );
  if (view.map !== null) return [describeDeposit(view, view.map, messages)];
  const envelope = messages.find(({ facts }) => facts.isEnvelope);
  const told = messages.filter(({ facts }) => !facts.isEnvelope);
  if (told.length === 0 && envelope) return [describeMessage(view, envelope, undefined)];
  return told.map((message) => describeMessage(view, message, envelope?.facts, told.length === 1));
}

function describeDeposit(
  view: View,
  map: PastellMap,
  messages: readonly Message[],
): EnvelopeDocument {
  const receiptFacts = factsOfName(view, fieldName(view, 'aractes'));
  const receipt =
    receiptFacts?.type === 'ctes'
      ? receiptFacts
      : messages.find(({ facts }) => facts.form === 'ar_acte')?.facts;
  const act = messages.find(({ facts }) => facts.form === 'acte')?.facts;
  const identity = acteId({
    given: firstOf(valueOf(map, 'acte_unique_id'), receipt?.idActe, act?.idActe),
    number: firstOf(valueOf(map, 'numero_de_lacte'), receipt?.number, act?.number),
    date: firstOf(valueOf(map, 'date_de_lacte'), receipt?.actDate, act?.actDate),
    nature: firstOf(valueOf(map, 'acte_nature'), receipt?.natureCode, act?.natureCode),
    siren: firstOf(receipt?.siren, act?.siren),
    department: '',
  });
  const classification = valueOf(map, 'classification');
  const main =
    ['acte_tamponne', 'document_signe', 'arrete']
      .map((field) => fieldName(view, field))
      .find((name) => name !== undefined) ?? mainOf(view.files);
  return acteDocument(view, identity, {
    form: 'acte',
    title: firstOf(valueOf(map, 'objet'), receipt?.subject, act?.subject),
    classification: firstOf(classification, receipt?.classification, act?.classification),
    receiptDate: firstOf(isoDate(valueOf(map, 'date_ar')), isoDate(receipt?.messageDate ?? '')),
    reason: '',
    main,
    files: view.files.map(({ name }) => name),
    isAnswer: false,
  });
}

function describeMessage(
  view: View,
  { file, facts }: Message,
  envelope: CtesMessage | undefined,
  isAlone = true,
): EnvelopeDocument {
  const identity = acteId({
    given: facts.idActe,
    number: facts.number,
    date: facts.actDate,
    nature: facts.natureCode,
    siren: firstOf(facts.siren, envelope?.siren),
    department: firstOf(facts.department, envelope?.department),
  });
  const own = new Set([...facts.documents, ...facts.annexes]);
  const files = view.files.filter(
    ({ name }) => isAlone || name === file || own.has(baseName(name)),
  );
  const first = files.find(({ name }) => facts.documents[0] === baseName(name));
  return acteDocument(view, identity, {
    form: facts.form,
    title: facts.subject,
    classification: facts.classification,
    receiptDate: facts.form === 'ar_acte' ? isoDate(facts.messageDate) : '',
    reason: facts.reason,
    main: first?.name ?? mainOf(files),
    files: files.map(({ name }) => name),
    isAnswer: facts.form !== 'acte' && !facts.isEnvelope,
    messageDate: isoDate(facts.messageDate),
  });
}

const mainOf = (files: readonly EnvelopeFile[]): string =>
  (firstOfRoles(files, ['stamped', 'act', 'acknowledgement', 'message']) ?? files[0])?.name ?? '';

type ActeTelling = {
  readonly form: string;
  readonly title: string;
  readonly classification: string;
  readonly receiptDate: string;
  readonly reason: string;
  readonly main: string;
  readonly files: string[];
  readonly isAnswer: boolean;
  readonly messageDate?: string;
};

function acteDocument(view: View, identity: ActeIdentity, told: ActeTelling): EnvelopeDocument {
  const natureCode = natureCodeOf(identity.nature);
  // "1.1 Marchés publics", "1.1 - Marchés publics", "1.1".
  const matter = /^(\d+(?:\.\d+)*)[\s-]*(.*)$/su.exec(told.classification.trim());
  // An act and its receipt are dated like the act; a letter, an anomaly have a date of their own.
  const isAct = told.form === 'acte' || told.form === 'ar_acte';
  return makeDocument(
    {
      kind: 'acte_nature',
      sourceFile: view.unitName,
      form: told.form,
      id: identity.id,
      title: told.title,
      date: firstOf(isAct ? '' : told.messageDate, identity.date),
      amount: '',
      orgId: identity.siren,
      counterpart: '',
    },
    {
      nature_code: natureCode,
      nature_label: NATURE_LABELS.get(natureCode) ?? '',
      numero: identity.number,
      classification: matter?.[1] ?? told.classification,
      classification_label: matter?.[2] ?? '',
      id_acte: identity.isComplete ? identity.id : '',
      date_ar: told.receiptDate,
      date_message: told.messageDate ?? '',
      motif: told.reason,
    },
    {
      main: { from: 'file', name: told.main },
      files: told.files,
      attachments: [],
      linkKey: identity.id === '' ? null : `acte_nature|${identity.id}`,
      isAnswer: told.isAnswer,
    },
  );
}
