const segmentName = /^(\d{6,})(?:\.([1-9]\d{0,8}))?\.fbat$/;

/** Which segment a file holds, and which writing of it. */
export interface SegmentFileName {
  readonly id: number;
  /** 0 as it was first written; each rewrite by a salvage is one higher. */
  readonly revision: number;
}

/**
 * File name of a segment: its number in six digits or more, and `.fbat`; a rewritten one has the
 * number of its revision in between: `000002.1.fbat`. So no name is ever used for other bytes.
 */
export function formatSegmentName(segmentId: number, revision = 0): string {
  const digits = String(segmentId).padStart(6, '0');
  return revision === 0 ? `${digits}.fbat` : `${digits}.${revision}.fbat`;
}

/** What the name stands for; `undefined` when {@link formatSegmentName} doesn't make it. */
export function parseSegmentName(name: string): SegmentFileName | undefined {
  const match = segmentName.exec(name);
  const digits = match?.[1];
  if (digits === undefined) return undefined;
  const parsed = { id: Number(digits), revision: Number(match?.[2] ?? 0) };
  return formatSegmentName(parsed.id, parsed.revision) === name ? parsed : undefined;
}

/** What the name of a segment ends with while it is still being rewritten. */
export const unfinishedSuffix = '.new';
