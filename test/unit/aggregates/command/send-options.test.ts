import { describe, expect, it } from 'vitest';
import { checkCommand, checkSendOptions } from '../../../../src/aggregates/command/send-options.ts';
import { thrownBy } from '../../../support/store-host.ts';

describe('checkSendOptions', () => {
  it('takes no options, a key, and a clock', () => {
    for (const options of [
      {},
      { idempotencyKey: 'x'.repeat(1024), expected: 0 },
      { expected: Number.MAX_SAFE_INTEGER },
    ]) {
      expect(() => checkSendOptions(options)).not.toThrow();
    }
  });

  it('names what is wrong', () => {
    expect(thrownBy(() => checkSendOptions({ key: 1 } as never))).toMatchObject({
      code: 'BATPAK_ARGUMENT_TYPE',
      field: 'options.key',
      value: 1,
    });
    expect(thrownBy(() => checkSendOptions({ expected: -1 }))).toMatchObject({
      code: 'BATPAK_ARGUMENT_RANGE',
      field: 'expected',
      value: -1,
    });
  });
});

describe('checkCommand', () => {
  it('takes an object with a type that is a text', () => {
    expect(() => checkCommand({ type: '' })).not.toThrow();
    expect(thrownBy(() => checkCommand('go'))).toMatchObject({ field: 'command', value: 'go' });
    expect(thrownBy(() => checkCommand({ type: 1 }))).toMatchObject({ field: 'command.type' });
  });
});
