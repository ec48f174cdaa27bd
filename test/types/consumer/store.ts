import { deepEqual, equal } from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defineEvent, openStore, type Receipt } from 'batpak';

// What a user of the installed package does first: write, close, open again, read it back.
const dataDir = mkdtempSync(join(tmpdir(), 'batpak-consumer-'));
const Moved = defineEvent<{ x: number; y: number }>({ name: 'moved' });

const store = openStore({ dataDir });
const receipt: Receipt = store.append('player:alice', Moved, { x: 10, y: 20 });
equal(receipt.sequence, 0);
// @ts-expect-error A payload that the definition doesn't describe is an error of the compiler.
const wrongPayload = () => store.append('player:alice', Moved, { x: '10', y: 20 });
equal(typeof wrongPayload, 'function');
store.close();

const again = openStore({ dataDir });
deepEqual(again.get(receipt.eventId)?.payload, { x: 10, y: 20 });
equal([...again.stream('player:alice')].length, 1);
equal(again.verify().ok, true);
again.close();

rmSync(dataDir, { recursive: true });
