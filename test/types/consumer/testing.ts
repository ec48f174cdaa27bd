import { equal } from 'node:assert/strict';
import { openStore } from 'batpak';
import { memoryPlatform } from 'batpak/testing';

// A store whose disk is in memory, as a test of somebody's own code would use it.
const platform = memoryPlatform();
const store = openStore({ dataDir: '/memory', platform });
equal(store.append('player:alice', 0x1001, { x: 1 }).clock, 0);
store.close();
