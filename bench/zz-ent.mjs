import { openStore, Region, defineEvent } from '/work/main/dist/src/index.js';
import { mkdtempSync, rmSync } from 'node:fs';
const dir = mkdtempSync('/tmp/getb-');
const store = openStore({ dataDir: dir });
const E = defineEvent({ name: 'bench' });
const N = 200_000;
const items=[]; for (let i=0;i<N;i++){ items.push({at:{entity:`e:${i%100}`,scope:`s${i%10}`},kind:E,payload:{i}}); if(items.length===256){store.appendBatch(items,{durable:false}); items.length=0;} }
if(items.length) store.appendBatch(items);
store.close();
const s = openStore({ dataDir: dir });
const kind=[...s.query(Region.all(),{limit:1})][0].kind;
function all(){let n=0; for(const e of s.query(Region.all())) n+=e.sequence; return n;}
function ofKind(){let n=0; for(const e of s.byKind(kind)) n+=e.sequence; return n;}
function ofEnt(){let n=0; for(let i=0;i<100;i++) for(const e of s.stream(`e:${i}`)) n+=e.sequence; return n;}
const R={}; for(const f of [all,ofKind,ofEnt]) R[f.name]=[];
for(let r=0;r<40;r++) for(const f of [all,ofKind,ofEnt]){ const a=process.hrtime.bigint(); f(); R[f.name].push(Number(process.hrtime.bigint()-a)/N);}
for(const k in R){const v=R[k].slice(5).sort((a,b)=>a-b); console.log(k,'best',v[0].toFixed(1),'median',v[v.length>>1].toFixed(1),'first',R[k][0].toFixed(1),R[k][1].toFixed(1),R[k][2].toFixed(1));}
s.close(); rmSync(dir,{recursive:true});
