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
const R=Array.from({length:100},(_,i)=>Region.entity(`e:${i}`));
for(let r=0;r<200;r++){ const out={}; for(const lim of [2000]){ const a=process.hrtime.bigint(); let n=0; for(let k=0;k<5;k++) for(const g of R) for(const e of s.query(g,{limit:lim})) n+=e.sequence; out[lim]=(Number(process.hrtime.bigint()-a)/500000).toFixed(1);} if(r%40===39) console.log(JSON.stringify(out)); }
console.log(JSON.stringify(s.explain(R[3])));
s.close(); rmSync(dir,{recursive:true});
