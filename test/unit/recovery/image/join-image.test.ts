import { describe, expect, it } from 'vitest';
import type { ImageSummary } from '../../../../src/codec/index/image.ts';
import { recoverLog } from '../../../../src/recovery/ladder.ts';
import { RecoverySteps } from '../../../../src/recovery/recovery-steps.ts';
import { ForgedLog } from '../../../support/forged-log.ts';
import { ImagedLog } from '../../../support/imaged-log.ts';

const digest = new Uint8Array(16).fill(9);
const imaged = (): ImagedLog =>
  new ImagedLog(
    new ForgedLog()
      .segment()
      .name('moved', 0x1000)
      .event('a')
      .event('b', { lane: 2, idempotency: digest })
      .event('a', { scope: 'shop' })
      .clean(),
  );

function recovered(log: ImagedLog) {
  const steps = new RecoverySteps();
  return { steps, ...recoverLog(log.files, log.directory, 1, { image: true, steps }) };
}

describe('joinImage', () => {
  it('takes up all that reading the log would', () => {
    const log = imaged();
    const read = recoverLog(log.files, log.directory, 1);
    const { steps, index, ...found } = recovered(log);
    expect(steps.sources).toEqual({ image: 3, footers: 0, scanned: 0 });
    expect(found).toMatchObject({
      names: read.names,
      timestampUs: read.timestampUs,
      counter: read.counter,
      clean: true,
      durableEvents: 3,
      durableOffset: read.segments.last?.validBytes,
    });
    expect(index.entities.find('b', 2)).toBe(1);
    expect([0, 1].map((id) => index.heads.sequence(id))).toEqual([2, 1]);
    expect([...index.heads.hashOf(0)]).toEqual([...read.index.heads.hashOf(0)]);
    expect(index.keys.find(digest, 0, () => true)).toBe(1);
    expect(index.ids.entries()).toEqual(read.index.ids.entries());
    expect([0, 1, 2].map((at) => index.columns.offset(at))).toEqual(
      [0, 1, 2].map((at) => read.index.columns.offset(at)),
    );
    expect(index.kinds).toEqual(read.index.kinds);
  });

  it.each<readonly [string, (summary: ImageSummary) => Partial<ImageSummary>, string]>([
    ['chunks that lack rows', () => ({ chunks: [] }), 'bad chunk'],
    [
      'chunks beyond its end',
      ({ chunks }) => ({ chunks: chunks.map((chunk) => ({ ...chunk, at: 99 })) }),
      'bad chunk',
    ],
    [
      'a stream that stands there twice',
      ({ streams }) => ({ streams: [...streams, ...streams] }),
      'cut off or damaged',
    ],
    [
      'a scope that stands there twice',
      ({ scopes }) => ({ scopes: [...scopes, ...scopes] }),
      'cut off or damaged',
    ],
    [
      'a head beyond its events',
      ({ streams }) => ({ streams: streams.map((stream) => ({ ...stream, sequence: 3 })) }),
      'cut off or damaged',
    ],
    [
      'keys in a footer that is not there',
      ({ segments }) => ({
        segments: segments.map((one) => ({ ...one, keys: 1, footer: 'same numbers' as const })),
      }),
      'bad chunk',
    ],
  ])('refuses an image with %s, and reads the log', (_, change, reason) => {
    const log = imaged();
    log.forge(change(log.read().summary));
    const { steps, index } = recovered(log);
    expect(steps.refused).toEqual([{ path: '/log/index.image', reason }]);
    expect(steps.sources).toEqual({ image: 0, footers: 0, scanned: 3 });
    expect([index.count, index.entities.size, index.scopes.size]).toEqual([3, 2, 2]);
  });
});
