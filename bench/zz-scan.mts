import { openStore, Region, defineEvent } from '/work/main/src/index.ts';
import { decodePayload } from '/work/main/src/codec/payload.ts';
import { mkdtempSync, rmSync } from 'node:fs';
import { pack, Packr } from 'msgpackr';
const dir = mkdtempSync('/tmp/getb-');
const store = openStore({ dataDir: dir });
const E = defineEvent<any>({ name: 'bench' });
const N = 200_000;
for (let i=0;i<N;i++){ store.append({entity:`e:${i%100}`,scope:`s${i%10}`},E,{ i, name: 'customer-000000000001', note: 'the quick brown fox jumps over the lazy dog', amount: 1999, ok: true }); }
store.close();
const s = openStore({ dataDir: dir });
function t(name:string, f:()=>void){ (globalThis as any).gc?.(); const a=process.cpuUsage(); const b=process.hrtime.bigint(); f(); const c=Number(process.hrtime.bigint()-b); const u=process.cpuUsage(a); console.log(name.padEnd(30), (c/N/1000).toFixed(3),'us', 'cpu', ((u.user+u.system)/N).toFixed(3), 'sys', (u.system/N).toFixed(2)); }
const codec = new Packr({ useRecords:false, copyBuffers:true, useToJSON:false, variableMapSize:true});
const parts:Uint8Array[]=[]; let total=0;
for (let i=0;i<N;i++){ const p=codec.pack({ i, name: 'customer-000000000001', note: 'the quick brown fox jumps over the lazy dog', amount: 1999, ok: true }); parts.push(Uint8Array.from(p)); total+=p.length; }
const all=new Uint8Array(total); const at=new Uint32Array(N+1); { let o=0; for (let i=0;i<N;i++){ all.set(parts[i],o); at[i]=o; o+=parts[i].length;} at[N]=o; }
for (let r=0;r<5;r++){
 let n=0;
 t('entries',()=>{for(const e of s.query(Region.all())) n+=e.sequence;});
 t('entries kind',()=>{for(const e of s.query(Region.all())) n+=e.kind;});
 t('scan no payload',()=>{for(const e of s.events(Region.all())) n+=e.kind;});
 t('scan payload',()=>{for(const e of s.events(Region.all())) n+=(e.payload as any).i;});
 t('decode alone',()=>{for(let i=0;i<N;i++) n+=(decodePayload(all,at[i],at[i+1]) as any).i;});
 console.log(n);
}
s.close(); rmSync(dir,{recursive:true});
