import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { generateLog } from '../../examples/helpdesk/log-generator.ts';
import { BadLineError, type LogLine } from '../../examples/helpdesk/log-line.ts';
import { lineBytesMax, openLog } from '../../examples/helpdesk/read-log.ts';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'batpak-test-helpdesk-'));
});
afterEach(() => {
  rmSync(directory, { recursive: true, force: true });
});

describe('reading a log', () => {
  const good = JSON.stringify({
    case: 'a',
    activity: 'Wait',
    time: '2024-01-08T09:00:00Z',
    resource: 'kim',
    attributes: { n: 1 },
  });

  it('reads plain and packed lines alike, whatever the name of the file', async () => {
    const text = `\uFEFF${good}\r\n\n${good}`;
    const plain = await readAll(write('log.gz', text));
    const packed = await readAll(write('log.ndjson', gzipSync(text)));
    expect(plain.map(({ number }) => number)).toEqual([1, 3]);
    expect(plain[0]).toEqual({ number: 1, ...JSON.parse(good) });
    expect(packed).toEqual(plain);
  });

  it('reads an empty file as a log without lines', async () => {
    expect(await readAll(write('log', ''))).toEqual([]);
  });

  it.each([
    ['{"case":"a"', /^is not JSON/],
    ['[1]', /^is \[1\], not an object$/],
    [good.replace('"a"', '""'), /^'case' must be text of 1\.\.200 characters, found ""$/],
    [good.replace('"a"', '"a\\u0007"'), /^'case' holds a control character/],
    [good.replace('"Wait"', '7'), /^'activity' must be text, found 7$/],
    [good.replace('"resource":"kim",', ''), /^'resource' must be text, found nothing$/],
    [good.replace('00Z"', '00"'), /^'time' must be like .*, found "2024-01-08T09:00:00"$/],
    [good.replace('01-08', '13-08'), /^'time' must be like/],
    [good.replace('{"n":1}', 'null'), /^'attributes' must be an object, found null$/],
    [good.replace('"n":1', '"n":[1]'), /^attribute 'n' must be .*, not \[1\]$/],
    [good.replace('"n"', '"__proto__"'), /^an attribute can't be called "__proto__"$/],
    [good.replace('kim', '\\ud800'), /^'resource' must be text/],
  ])('names the line and the problem of %s', async (bad, problem) => {
    const error = await badLineOf(write('log', `${good}\n\n${bad}\n${good}\n`));
    expect(error).toMatchObject({ line: 3, problem: expect.stringMatching(problem) });
  });

  it('names the line that is not UTF-8', async () => {
    const bytes = Buffer.concat([Buffer.from(`${good}\n`), Buffer.from([0xff, 0x0a])]);
    expect(await badLineOf(write('log', bytes))).toMatchObject({
      line: 2,
      problem: 'is not UTF-8',
    });
  });

  it('names the line that never ends', async () => {
    const error = await badLineOf(write('log', `${good}\n${' '.repeat(lineBytesMax + 20_000)}`));
    expect(error).toMatchObject({ line: 2, problem: `is longer than ${lineBytesMax} bytes` });
  });

  it('names the line at which a packed log breaks off', async () => {
    const packed = gzipSync(`${generateLog({ seed: 1 })}`);
    const error = await badLineOf(write('log', packed.subarray(0, packed.length / 2)));
    expect(error.problem).toBe('the packed file is damaged here');
    expect(error.line).toBeGreaterThan(100);
  });
});

function write(name: string, content: string | Uint8Array): string {
  const path = join(directory, name);
  writeFileSync(path, content);
  return path;
}

async function readAll(path: string): Promise<LogLine[]> {
  const { lines } = await openLog(path);
  const all: LogLine[] = [];
  for await (const line of lines) all.push(line);
  return all;
}

async function badLineOf(path: string): Promise<BadLineError> {
  try {
    await readAll(path);
  } catch (error) {
    if (error instanceof BadLineError) return error;
    throw error;
  }
  throw new Error('every line was read');
}
