const segmentName = /^(\d{6,})\.fbat$/;

/** File name of a segment: its number in six digits or more, and `.fbat`. */
export function formatSegmentName(segmentId: number): string {
  return `${String(segmentId).padStart(6, '0')}.fbat`;
}

/** The segment's number; `undefined` for a name that {@link formatSegmentName} doesn't make. */
export function parseSegmentName(name: string): number | undefined {
  const digits = segmentName.exec(name)?.[1];
  if (digits === undefined) return undefined;
  const segmentId = Number(digits);
  return formatSegmentName(segmentId) === name ? segmentId : undefined;
}
