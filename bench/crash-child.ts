import { openBenchStore } from './bench-store.ts';
import { coordinateOf, fullWorkload, payloadOf, workloadKind } from './workload.ts';

// Fills the store in the folder with so many events, and is killed in the middle of its work: what
// it leaves is what a crash leaves. Called by reopen.ts.
const [folder = '', count] = process.argv.slice(2);
const store = openBenchStore(folder, fullWorkload);
for (let i = 0; i < Number(count); i += 1) {
  store.append(coordinateOf(i), workloadKind, payloadOf(i));
}
process.kill(process.pid, 'SIGKILL');
