import { closeSync, fdatasyncSync, fstatSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { crc32 } from '@node-rs/crc32';
import { hash } from 'blake3';
import { Packr } from 'msgpackr';
import {
  type Contestant,
  consume,
  type Group,
  mustEqual,
  nanosecondsOf,
  type Values,
} from './measure.ts';
import { makeScratch, removeScratch } from './scratch.ts';
import { batchCountOf, payloadOf, type Workload } from './workload.ts';

/** Bytes of a record of workload A, which the floor hashes, checks and writes. */
export const recordBytes = 232;

/** How many submitted events share a write where nothing asks for one each. */
export const submitGroupEvents = 1024;

const packr = new Packr({ useRecords: false });

/**
 * The floor of a single append: pack the payload, hash and checksum a record of 232 bytes, write
 * it, and make it durable every so many events. Nobody who does what the store promises can skip
 * any of it; what the store takes beyond it is its own.
 */
export function singlesFloor(workload: Workload): Contestant {
  return floor('floor of singles', workload.events, (file) => {
    const record = Buffer.alloc(recordBytes);
    for (let i = 0; i < workload.events; i += 1) {
      fillRecord(record, i);
      writeSync(file, record, 0, recordBytes, i * recordBytes);
      if ((i + 1) % workload.syncEveryNEvents === 0) fdatasyncSync(file);
    }
  });
}

/** The floor of batches: the same work with one write and one `fdatasync` a batch. */
export function batchFloor(workload: Workload): Contestant {
  const events = batchCountOf(workload) * workload.batchEvents;
  return floor('floor of batches', events, (file) =>
    writeGroups(file, events, workload.batchEvents, () => fdatasyncSync(file)),
  );
}

/** The floor of submitted events: the same work without a write each, synced by cadence. */
export function submitFloor(workload: Workload): Contestant {
  let synced = 0;
  return floor('floor of submits', workload.events, (file) => {
    synced = 0;
    writeGroups(file, workload.events, submitGroupEvents, (written) => {
      if (written - synced < workload.syncEveryNEvents) return;
      fdatasyncSync(file);
      synced = written;
    });
    fdatasyncSync(file);
  });
}

/** The floors themselves, and what each part of them takes alone. */
export function floorGroup(workload: Workload): Group {
  const split = floorSplit(workload);
  const floors = [singlesFloor(workload), batchFloor(workload), submitFloor(workload)];
  const parts = ['pack', 'blake3', 'crc32', 'write', 'fdatasync'];
  return {
    name: 'floor',
    contestants: [split, ...floors],
    rows: [
      ...parts.map((part) => ({
        name: `floor: ${part}`,
        measure: part,
        unit: part === 'fdatasync' ? ('ns/call' as const) : ('ns/event' as const),
        subject: split.name,
      })),
      ...floors.map(({ name }) => ({
        name,
        measure: 'event',
        unit: 'ns/event' as const,
        subject: name,
      })),
    ],
  };
}

function floorSplit(workload: Workload): Contestant {
  const { events } = workload;
  return {
    name: 'split',
    run: () => {
      const folder = makeScratch();
      const file = openSync(join(folder, 'floor'), 'w');
      const record = Buffer.alloc(recordBytes);
      const values = {
        pack: perEvent(events, (i) => packr.pack(payloadOf(i)).length),
        blake3: perEvent(events, (i) => hash(numbered(record, i)).length),
        crc32: perEvent(events, (i) => crc32(numbered(record, i))),
        write: perEvent(events, (i) => writeSync(file, record, 0, recordBytes, i * recordBytes)),
        fdatasync: syncCost(file, record, events),
      };
      closeSync(file);
      removeScratch(folder);
      return values;
    },
  };
}

function floor(name: string, events: number, work: (file: number) => void): Contestant {
  return {
    name,
    run: (): Values => {
      const folder = makeScratch();
      const file = openSync(join(folder, 'floor'), 'w');
      const nanoseconds = nanosecondsOf(() => work(file));
      mustEqual('bytes of the floor', fstatSync(file).size, events * recordBytes);
      closeSync(file);
      removeScratch(folder);
      return { event: nanoseconds / events };
    },
  };
}

function writeGroups(
  file: number,
  events: number,
  groupEvents: number,
  written: (events: number) => void,
): void {
  const group = Buffer.alloc(groupEvents * recordBytes);
  for (let first = 0; first < events; first += groupEvents) {
    const count = Math.min(groupEvents, events - first);
    fillGroup(group, first, count);
    writeSync(file, group, 0, count * recordBytes, first * recordBytes);
    written(first + count);
  }
}

/** Packs, hashes and checksums so many records, one behind the other. */
export function fillGroup(group: Buffer, first: number, count: number): void {
  for (let at = 0; at < count; at += 1) {
    fillRecord(group.subarray(at * recordBytes, (at + 1) * recordBytes), first + at);
  }
}

function fillRecord(record: Buffer, i: number): void {
  consume(packr.pack(payloadOf(i)).length);
  consume(hash(numbered(record, i)).length);
  record.writeUInt32BE(crc32(record), 0);
}

/** The record made another one, lest the same bytes be hashed over and over. */
function numbered(record: Buffer, i: number): Buffer {
  record.writeUInt32BE(i, 8);
  return record;
}

function perEvent(events: number, work: (i: number) => number): number {
  const nanoseconds = nanosecondsOf(() => {
    for (let i = 0; i < events; i += 1) consume(work(i));
  });
  return nanoseconds / events;
}

/** Nanoseconds of one `fdatasync` that has one record to make durable. */
function syncCost(file: number, record: Buffer, first: number): number {
  const syncs = 50;
  let nanoseconds = 0;
  fdatasyncSync(file);
  for (let i = 0; i < syncs; i += 1) {
    writeSync(file, record, 0, recordBytes, (first + i) * recordBytes);
    nanoseconds += nanosecondsOf(() => fdatasyncSync(file));
  }
  return nanoseconds / syncs;
}
