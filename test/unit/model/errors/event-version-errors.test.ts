import { describe } from 'vitest';
import * as versionErrors from '../../../../src/model/errors/event-version-errors.ts';
import { checkFamily, type ErrorSample } from '../../../support/error-samples.ts';

const samples: ErrorSample[] = [
  {
    error: new versionErrors.FutureEventVersionError('order.placed', 3, 2, 17),
    code: 'BATPAK_FUTURE_EVENT_VERSION',
    facts: { event: 'order.placed', stored: 3, known: 2, sequence: 17 },
    says: ["event 17 is 'order.placed' in version 3", 'version 2', 'the code that wrote it'],
  },
  {
    error: new versionErrors.UpcastFailedError('order.placed', 1, 17, 'there is no upcast from it'),
    code: 'BATPAK_UPCAST_FAILED',
    facts: { event: 'order.placed', fromVersion: 1, sequence: 17 },
    says: ['event 17', "'order.placed' in version 1", 'no upcast', 'Mend upcasts[1]'],
  },
];

describe('event version errors', () => {
  checkFamily(versionErrors, samples);
});
