import { describe, expect, it } from 'vitest';
import type { ImageSegment, ImageSummary } from '../../../../src/codec/index/image.ts';
import { checkClaims } from '../../../../src/recovery/image/image-claims.ts';
import { listSegmentFiles } from '../../../../src/recovery/segment-opening.ts';
import { surveySegments } from '../../../../src/recovery/survey.ts';
import { ForgedLog, forgedSalt } from '../../../support/forged-log.ts';
import { ImagedLog } from '../../../support/imaged-log.ts';
import { thrownBy } from '../../../support/store-host.ts';

const imaged = (): ImagedLog =>
  new ImagedLog(new ForgedLog().segment().event('a').segment().event('a').clean());

function checked({ files, directory }: ImagedLog, image: ImageSummary) {
  const counted = listSegmentFiles(files, directory);
  const survey = surveySegments(files, counted);
  return checkClaims(image, { files, directory, salt: forgedSalt, counted, survey });
}

/** What the image says, but for one of its segments. */
function changed(log: ImagedLog, position: number, change: Partial<ImageSegment>): ImageSummary {
  const { summary } = log.read();
  const segments = summary.segments.map((segment, at) =>
    at === position ? { ...segment, ...change } : segment,
  );
  return { ...summary, segments };
}

describe('checkClaims', () => {
  it('gives the segments that the image knows, with the bytes that count', () => {
    const log = imaged();
    const { summary } = log.read();
    const segments = checked(log, summary);
    if (typeof segments === 'string') throw new Error(segments);
    expect([...segments.values()].map(({ id, validBytes }) => ({ id, validBytes }))).toEqual(
      summary.segments.map(({ id, validBytes }) => ({ id, validBytes })),
    );
  });

  it('takes an image that is otherwise for one of another log', () => {
    const log = imaged();
    expect(checked(log, changed(log, 0, { revision: 1 }))).toBe('another log');
    expect(checked(log, changed(log, 0, { firstSequence: 1 }))).toBe('another log');
    expect(checked(log, changed(log, 0, { validBytes: 150 }))).toBe('another log');
    // Such as a CLEAN record, which the segment behind has left out.
    expect(checked(log, changed(log, 0, { validBytes: 9999 }))).toBe('another log');
    const { summary } = log.read();
    const [, second] = summary.segments;
    expect(checked(log, { ...summary, segments: second ? [second] : [] })).toBe('another log');
    expect(checked(log, { ...summary, hashChain: false })).toBe('another log');
    expect(checked(log, { ...summary, epoch: 1 })).toBe('another log');
    expect(checked(log, { ...summary, segments: [] })).toBe('another log');
  });

  it.each<readonly [string, number, Partial<ImageSegment>, object]>([
    ['a segment that is missing', 1, { id: 9 }, { path: '/log/000009.fbat', offset: 0 }],
    ['more bytes', 1, { validBytes: 9999 }, { path: '/log/000002.fbat' }],
    [
      'an event behind the end of a sealed one',
      0,
      { validBytes: 9999, lastFrame: { offset: 9000, length: 100, checksum: 1 } },
      { path: '/log/000001.fbat' },
    ],
    [
      'another last frame',
      0,
      { lastFrame: { offset: 140, length: 100, checksum: 1 } },
      { path: '/log/000001.fbat', offset: 140 },
    ],
  ])('refuses a log of which the image knows %s', (_, position, change, facts) => {
    const log = imaged();
    expect(thrownBy(() => checked(log, changed(log, position, change)))).toMatchObject({
      code: 'BATPAK_CORRUPT_SEGMENT',
      ...facts,
    });
  });

  it('refuses a log whose segment has no header any more', () => {
    const log = imaged();
    const { summary } = log.read();
    const handle = log.files.open('/log/000002.fbat', 'write');
    handle.truncate(30);
    expect(thrownBy(() => checked(log, summary))).toMatchObject({
      code: 'BATPAK_CORRUPT_SEGMENT',
      path: '/log/000002.fbat',
      actual: 'no header',
    });
  });
});
