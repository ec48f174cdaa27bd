import { equal } from 'node:assert/strict';
import { batchMachine, writerMachine } from 'batpak/machines';
import { createActor } from 'xstate';

// The machines are XState's own objects: whoever has XState can run one, draw it, walk it.
const batch = createActor(batchMachine).start();
batch.send({ type: 'items.valid' });
equal(batch.getSnapshot().value, 'beginning');
equal(writerMachine.id, 'writer');
