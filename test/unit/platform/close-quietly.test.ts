import { describe, expect, it } from 'vitest';
import { closeQuietly } from '../../../src/platform/close-quietly.ts';
import { FaultPlan } from '../../../src/platform/fault-plan.ts';
import { MemoryFiles } from '../../../src/platform/memory-files.ts';
import { thrownBy } from '../../support/store-host.ts';

describe('closeQuietly', () => {
  it('frees the descriptor also when the system answers with a failure', () => {
    const plan = new FaultPlan(new MemoryFiles());
    plan.open('/a', 'create').close();
    const handle = plan.open('/a', 'read');
    plan.fail({ operation: 'close', code: 'EIO' });
    closeQuietly(handle);
    expect(thrownBy(() => handle.size())).toMatchObject({ code: 'EBADF' });
  });

  it('does nothing for a file that was never opened', () => {
    closeQuietly(undefined);
  });
});
