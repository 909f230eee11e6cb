import Database from 'better-sqlite3'; import fs from 'node:fs'; import crypto from 'node:crypto';
const db = new Database('/tmp/known-b/data/lanceur.db',{readonly:true}); db.pragma('cache_size=-8000');
const mode=process.argv[2];
const keys=[]; for(let d=0;d<200;d++){const dir=`lot-${String(d).padStart(4,'0')}`; for(const f of fs.readdirSync('/tmp/known-b/in/'+dir)) keys.push(dir+'/'+f);}
const v='0:1700000000000'; let hits=0;
const cond=`replay = 0 AND (state IN ('settled', 'delivered', 'delivering', 'dismissed')
         OR (state = 'quarantined' AND (revision = @revision OR reason IS NULL OR reason NOT LIKE '%"code":"envelope.%'))
         OR (state IN ('filtered', 'unrouted') AND revision = @revision))`;
const c0=process.cpuUsage(); const t0=performance.now();
if(mode==='get'){ const s=db.prepare(`SELECT 1 FROM item WHERE launcher_id=@l AND key=@k AND version=@v AND ${cond}`).pluck(); for(const k of keys) if(s.get({l:'fol',k,v,revision:'r'})===1) hits++; }
if(mode==='getpos'){ const s=db.prepare(`SELECT 1 FROM item WHERE launcher_id=? AND key=? AND version=? AND ${cond.replaceAll('@revision','?')}`).pluck(); for(const k of keys) if(s.get('fol',k,v,'r','r')===1) hits++; }
if(mode==='getsort'){ const s=db.prepare(`SELECT 1 FROM item WHERE launcher_id=? AND key=? AND version=? AND ${cond.replaceAll('@revision','?')}`).pluck(); for(let i=0;i<keys.length;i+=1000){ const part=keys.slice(i,i+1000).sort(); for(const k of part) if(s.get('fol',k,v,'r','r')===1) hits++; }}
if(mode==='getidx'){ const s=db.prepare(`SELECT id FROM item WHERE launcher_id=? AND key=? AND version=?`).pluck(); for(const k of keys) if(s.get('fol',k,v)>0) hits++; }
if(mode==='json'){ const s=db.prepare(`SELECT j.key FROM json_each(@j) j JOIN item ON launcher_id=@l AND item.key=j.value->>0 AND version=j.value->>1 WHERE ${cond}`).pluck(); for(let i=0;i<keys.length;i+=500){ const part=keys.slice(i,i+500).map(k=>[k,v]); hits+=s.all({l:'fol',j:JSON.stringify(part),revision:'r'}).length; }}
if(mode==='map'){ const s=db.prepare(`SELECT key, version FROM item WHERE launcher_id=@l AND ${cond} ORDER BY id`); const m=new Map(); for(const [k,w] of s.raw().iterate({l:'fol',revision:'r'})) m.set(k,w); for(const k of keys) if(m.get(k)===v) hits++; }
if(mode==='scan'){ const s=db.prepare(`SELECT key, version FROM item WHERE launcher_id=@l AND ${cond} ORDER BY id`); for(const [k,w] of s.raw().iterate({l:'fol',revision:'r'})) hits++; }
if(mode==='scanhash'){ const s=db.prepare(`SELECT key, version FROM item WHERE launcher_id=@l AND ${cond} ORDER BY id`); for(const [k,w] of s.raw().iterate({l:'fol',revision:'r'})) {hits+=crypto.hash('sha256',k+'\n'+w,'buffer').length&1;} }
if(mode==='scanrev'){ const s=db.prepare(`SELECT id FROM item WHERE launcher_id=@l AND ${cond}`).pluck(); for(const w of s.iterate({l:'fol',revision:'r'})) hits++; }
const c=process.cpuUsage(c0); console.log(mode,hits,'cpu ms',((c.user+c.system)/1000).toFixed(0),'wall',(performance.now()-t0).toFixed(0),'rss MB',(process.resourceUsage().maxRSS/1024).toFixed(0));
