import { defineEvent } from 'batpak';
import { describe, expect, it } from 'vitest';
import { decodeExtensions } from '../../../../src/codec/extensions.ts';
import { digest16 } from '../../../../src/codec/hash-chain.ts';
import { decodePayload } from '../../../../src/codec/payload.ts';
import { systemKinds } from '../../../../src/model/kind.ts';
import {
  checkKey,
  checkKindOrDefinition,
  contentBytes,
  prepareAppend,
  preparePrivileged,
  stampExtension,
} from '../../../../src/store/write/append-request.ts';
import { engineOf } from '../../../support/engine.ts';
import { StoreHost, someKind, thrownBy } from '../../../support/store-host.ts';

const id = '0190b0c4-7f6a-7cc3-98c4-dc0c0c07398f';
const idBytes = Uint8Array.from(Buffer.from(id.replaceAll('-', ''), 'hex'));
const newEngine = () => engineOf(new StoreHost().open({ singleAppendMaxBytes: 100 }));

describe('prepareAppend', () => {
  it('fills in what is left out', () => {
    const engine = newEngine();
    const { payload, ...request } = prepareAppend(engine, 'a', someKind, { n: 1 }, undefined);
    expect(request).toEqual({
      entity: 'a',
      lane: 0,
      scope: 'default',
      entityId: engine.index.entities.find('a'),
      scopeId: engine.index.scopes.find('default'),
      kind: someKind,
      payloadVersion: 0,
      expected: 'any',
      flags: 0,
    });
    expect(decodePayload(payload, 0, payload.length)).toEqual({ n: 1 });
  });

  it('takes over what is given', () => {
    const extension = new Uint8Array([1, 2]);
    const request = prepareAppend(newEngine(), { entity: 'a', scope: 's' }, someKind, 1, {
      expected: 4,
      idempotencyKey: 'key',
      correlationId: id.toUpperCase(),
      causationId: id,
      flags: 255,
      extensions: { note: extension },
    });
    expect(request).toMatchObject({ scope: 's', expected: 4, idempotencyKey: 'key', flags: 255 });
    expect(request.keyDigest).toEqual(digest16('key'));
    expect([request.correlationId, request.causationId]).toEqual([idBytes, idBytes]);
    const extensions = decodeExtensions(request.extensions);
    expect([...(extensions.get('note') ?? [])]).toEqual([1, 2]);
  });

  it('stores what the schema of a definition makes of the payload, under its kind', () => {
    const engine = newEngine();
    const Counted = defineEvent<number, string>({
      name: 'counted',
      version: 3,
      schema: {
        '~standard': {
          version: 1,
          vendor: 'test',
          validate: (value) => ({ value: Number(value) }),
        },
      },
    });
    const { payload, ...request } = prepareAppend(engine, 'a', Counted, '12', undefined);
    expect(request).toMatchObject({ kind: 0x1000, payloadVersion: 3 });
    expect(decodePayload(payload, 0, payload.length)).toBe(12);
    expect(request.name).toBe('counted');
    expect(engine.kinds.tentative).toMatchObject([{ name: 'counted', kind: 0x1000 }]);
  });

  it('holds no name when it refuses', () => {
    const engine = newEngine();
    const Counted = defineEvent<number>({ name: 'counted' });
    const wrong = { causationId: 'none' };
    expect(thrownBy(() => prepareAppend(engine, 'a', Counted, 1, wrong))).toMatchObject({
      code: 'BATPAK_ARGUMENT_TYPE',
    });
    expect(engine.kinds.tentative).toEqual([]);
  });

  it('counts payload and extensions together for the limit', () => {
    const engine = newEngine();
    const prepare = (payloadBytes: number, extensionBytes: number) =>
      prepareAppend(engine, 'a', someKind, new Uint8Array(payloadBytes), {
        extensions: { n: new Uint8Array(extensionBytes) },
      });
    prepare(40, 40);
    expect(thrownBy(() => prepare(60, 60))).toMatchObject({
      code: 'BATPAK_LIMIT_EXCEEDED',
      limit: 'singleAppendMaxBytes',
      max: 100,
      actual: expect.any(Number),
    });
  });

  it('refuses kinds of the system, and the name of the stamp', () => {
    const engine = newEngine();
    const init = systemKinds.machineInit;
    expect(thrownBy(() => prepareAppend(engine, 'a', init, 1, undefined))).toMatchObject({
      code: 'BATPAK_RESERVED_KIND',
      kind: init,
    });
    const extensions = { [stampExtension]: new Uint8Array(1) };
    expect(thrownBy(() => prepareAppend(engine, 'a', someKind, 1, { extensions }))).toMatchObject({
      code: 'BATPAK_ARGUMENT_RANGE',
      field: 'extensions',
    });
  });
});

describe('contentBytes', () => {
  it('counts payload and extensions', () => {
    const extensions = { n: new Uint8Array(10) };
    const request = prepareAppend(newEngine(), 'a', someKind, new Uint8Array(20), { extensions });
    const { payload } = request;
    expect(contentBytes(request)).toBe(payload.length + (request.extensions?.length ?? 0));
    expect(contentBytes({ ...request, extensions: undefined })).toBe(payload.length);
  });
});

describe('preparePrivileged', () => {
  it('takes kinds of the system, and a stamp beside the extensions', () => {
    const request = preparePrivileged(newEngine(), 'a', systemKinds.machineInit, 1, {
      stamp: new Uint8Array([9]),
      extensions: { note: new Uint8Array([1]) },
    });
    expect(request.kind).toBe(systemKinds.machineInit);
    expect([...decodeExtensions(request.extensions).keys()].sort()).toEqual([
      stampExtension,
      'note',
    ]);
  });
});

describe('checkKey', () => {
  it('takes text of 1 to 1024 characters, and nothing at all', () => {
    for (const key of [undefined, 'k', 'ü', 'k'.repeat(1024)]) checkKey(key);
    for (const key of ['', 'k'.repeat(1025), '\ud800']) {
      expect(thrownBy(() => checkKey(key))).toMatchObject({ code: 'BATPAK_ARGUMENT_RANGE' });
    }
    expect(thrownBy(() => checkKey(5))).toMatchObject({ code: 'BATPAK_ARGUMENT_TYPE' });
  });
});

describe('checkKindOrDefinition', () => {
  it('takes a number or what defineEvent made', () => {
    checkKindOrDefinition(someKind);
    checkKindOrDefinition(defineEvent({ name: 'n' }));
    for (const kind of ['n', { name: 'n' }, null, undefined]) {
      expect(thrownBy(() => checkKindOrDefinition(kind))).toMatchObject({
        code: 'BATPAK_ARGUMENT_TYPE',
        field: 'kind',
      });
    }
  });
});
