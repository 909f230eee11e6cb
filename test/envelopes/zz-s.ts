import { statSync, writeFileSync } from 'node:fs';
import { makePes } from './make-pes.ts';
import { EnvelopeSettings } from '#contract/model/envelope';
import { readEnvelope } from '#core/envelopes/recognise';
const path='/tmp/struct.xml';
writeFileSync(path, makePes({vouchers: Array.from({ length: 60_000 }, (_, i) => ({ year: '2026', id: String(i), amount: '12.50' }))}));
const t=performance.now(); const e = await readEnvelope({shape:'file',name:'x',files:[{name:'x',path,sizeBytes:statSync(path).size}]}, EnvelopeSettings.parse({}), new AbortController().signal); console.log('ours',(performance.now()-t)/1000);
