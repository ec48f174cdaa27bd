import { describe } from 'vitest';
import * as gateErrors from '../../../../src/model/errors/gate-errors.ts';
import { checkFamily, type ErrorSample } from '../../../support/error-samples.ts';

const samples: ErrorSample[] = [
  {
    error: new gateErrors.ForgedGateReceiptError(),
    code: 'BATPAK_FORGED_GATE_RECEIPT',
    facts: {},
    says: ['copy', '`evaluate` or `bypass`'],
  },
  {
    error: new gateErrors.ForeignGateReceiptError('id-1'),
    code: 'BATPAK_FOREIGN_GATE_RECEIPT',
    facts: { receiptId: 'id-1' },
    says: ['id-1', 'the pipeline that made it'],
  },
  {
    error: new gateErrors.GateReceiptUsedError('id-1', 'failed'),
    code: 'BATPAK_GATE_RECEIPT_USED',
    facts: { receiptId: 'id-1', state: 'failed' },
    says: ['id-1', 'failed', 'Evaluate the proposal again'],
  },
  {
    error: new gateErrors.UnjudgedPayloadError(2, 'another'),
    code: 'BATPAK_UNJUDGED_PAYLOAD',
    facts: { item: 2, problem: 'another' },
    says: ['item 2', 'propose all that is to be written'],
  },
  {
    error: new gateErrors.UnjudgedPayloadError(0, 'changed'),
    code: 'BATPAK_UNJUDGED_PAYLOAD',
    facts: { item: 0, problem: 'changed' },
    says: ['item 0', 'copy a Date or bytes'],
  },
  {
    error: new gateErrors.UngatedEventError('key-1', 'event-1'),
    code: 'BATPAK_UNGATED_EVENT',
    facts: { idempotencyKey: 'key-1', eventId: 'event-1' },
    says: ['key-1', 'event-1', 'take another key'],
  },
  {
    error: new gateErrors.UnreadableDecisionError('event-1', 9),
    code: 'BATPAK_UNREADABLE_DECISION',
    facts: { eventId: 'event-1', version: 9 },
    says: ['event-1', '9', 'release that wrote it'],
  },
];

describe('gate errors', () => {
  checkFamily(gateErrors, samples);
});
