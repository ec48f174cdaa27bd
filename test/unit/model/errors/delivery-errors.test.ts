import { describe } from 'vitest';
import * as deliveryErrors from '../../../../src/model/errors/delivery-errors.ts';
import { checkFamily, type ErrorSample } from '../../../support/error-samples.ts';

const eventId = '01941f29-7c00-7000-8000-62a3a4a5a6a7';

const samples: ErrorSample[] = [
  {
    error: new deliveryErrors.CursorRegionError('mail', '{"kind":1}', '{"kind":2}'),
    code: 'BATPAK_CURSOR_REGION',
    facts: { cursor: 'mail', stored: '{"kind":1}', requested: '{"kind":2}' },
    says: ["'mail'", '{"kind":1}', '{"kind":2}', 'delete the cursor'],
  },
  {
    error: new deliveryErrors.CursorOpenError('mail'),
    code: 'BATPAK_CURSOR_OPEN',
    facts: { cursor: 'mail' },
    says: ["'mail'", 'Close it first'],
    retryable: true,
  },
  {
    error: new deliveryErrors.CursorClosedError('pollBatch'),
    code: 'BATPAK_CURSOR_CLOSED',
    facts: { operation: 'pollBatch' },
    says: ['pollBatch', 'Open it again'],
  },
  {
    error: new deliveryErrors.CursorVoidError(17),
    code: 'BATPAK_CURSOR_VOID',
    facts: { position: 17 },
    says: ['17', 'Open another cursor'],
  },
  {
    error: new deliveryErrors.CorruptCursorError('/data/cursors/mail.cursor', 'checksum mismatch'),
    code: 'BATPAK_CORRUPT_CURSOR',
    facts: { path: '/data/cursors/mail.cursor', problem: 'checksum mismatch' },
    says: ['/data/cursors/mail.cursor', 'checksum mismatch', 'delete the cursor'],
  },
  {
    error: new deliveryErrors.ReactionLoopError('billing', eventId, 32),
    code: 'BATPAK_REACTION_LOOP',
    facts: { reactor: 'billing', eventId, depthMax: 32 },
    says: ["'billing'", eventId, '32', 'Narrow its region'],
  },
];

describe('delivery errors', () => {
  checkFamily(deliveryErrors, samples);
});
