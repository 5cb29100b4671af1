import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { resample } from '@faultline/server/src/escalation/speech/resample.ts';
import { speechRoutes } from '@faultline/server/src/escalation/speech/routes.ts';
import type { Speech, SpeechParts } from '@faultline/server/src/escalation/speech/speech.ts';
import { createSpeech } from '@faultline/server/src/escalation/speech/speech.ts';
import { createSpeechCache } from '@faultline/server/src/escalation/speech/speech-cache.ts';
import type { SpokenWord } from '@faultline/server/src/escalation/speech/spoken-text.ts';
import { runsOf, ssmlOf } from '@faultline/server/src/escalation/speech/spoken-text.ts';
import { readWave, WaveFault, writeWave } from '@faultline/server/src/escalation/speech/wave.ts';
import type { Language } from '@faultline/shared/escalation/script.ts';
import fc from 'fast-check';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { openOffice } from '../support/office.ts';

const ROOT = mkdtempSync(join(tmpdir(), 'faultline-speech-'));
afterAll(() => rmSync(ROOT, { recursive: true, force: true }));

let folder = ROOT;
beforeEach(() => {
  folder = mkdtempSync(join(ROOT, 'one-'));
});

const OPENING = '紧急催办，朝阳供电所。1 张工单等待接单，已有 4 分钟。工单号 2 6 1 1 2 3, 0 0 0 7。接单请按 1。';
const NO_WORDS = { zh: [], en: [] };

function speech(change: Partial<SpeechParts> = {}): Speech {
  return createSpeech({
    program: 'espeak-ng',
    cacheDir: join(folder, 'cache'),
    pronunciations: () => [],
    recordedDir: null,
    onFault: (error) => {
      throw error;
    },
    ...change,
  });
}

/** The real program behind a script that counts how often it was started. */
function countingProgram(): { readonly program: string; readonly runs: () => number } {
  const [program, runs] = [join(folder, 'espeak'), join(folder, 'runs')];
  writeFileSync(program, `#!/bin/sh\necho run >> '${runs}'\nexec /usr/bin/espeak-ng "$@"\n`);
  chmodSync(program, 0o755);
  return { program, runs: () => (existsSync(runs) ? readFileSync(runs, 'utf8').trim().split('\n').length : 0) };
}

function tone(hertz: number, seconds: number, rate: number, level = 0.5): Float32Array {
  return Float32Array.from(
    { length: Math.round(seconds * rate) },
    (_, index) => level * Math.sin((2 * Math.PI * hertz * index) / rate),
  );
}

/** How much of a tone is in the samples, as the level that a pure tone would have. */
function levelAt(samples: Float32Array, hertz: number, rate: number): number {
  let [re, im] = [0, 0];
  for (const [index, sample] of samples.entries()) {
    const angle = (2 * Math.PI * hertz * index) / rate;
    re += sample * Math.cos(angle);
    im += sample * Math.sin(angle);
  }
  return (2 * Math.hypot(re, im)) / samples.length;
}

const rms = (samples: Float32Array): number =>
  Math.sqrt(samples.reduce((sum, sample) => sum + sample ** 2, 0) / samples.length);

describe('a written text as it is spoken', () => {
  const read = (text: string, language: Language, words: readonly SpokenWord[] = []): string =>
    ssmlOf(runsOf(text, language, { ...NO_WORDS, [language]: words }), language).slice(
      '<speak>'.length,
      -'</speak>'.length,
    );

  test.each([
    ['a ticket number, digit by digit', '工单 261123-0007 号', '工单 2 6 1 1 2 3, 0 0 0 7 号'],
    ['a count, as a number', '12 分钟，37 张', '12 分钟，37 张'],
    ['a phone number', '回拨 13800001234', '回拨 1 3 8 0 0 0 0 1 2 3 4'],
    ['two of something', '2 张工单，2 分钟', '两 张工单，两 分钟'],
    ['the second one', '第 2 张', '第 2 张'],
    ['a number that ends in two', '12 张', '12 张'],
    ['a decimal', '0.4 千伏', '0.4 千伏'],
    ['pinyin with tones', 'chong2he2zha2', 'chong2 he2 zha2'],
    ['a word of the field with two readings', '重合闸', ' chong2 he2 zha2 '],
  ])('%s', (_what, text, spoken) => {
    expect(read(text, 'zh')).toBe(spoken);
  });

  test('of two words of the list that fit, the longer one is spoken, and nothing is replaced twice', () => {
    const words = [
      { written: '行', spoken: 'hang2' },
      { written: '银行', spoken: 'yin2hang2' },
      { written: 'hang2', spoken: 'wrong' },
    ];
    expect(read('银行和行', 'zh', words).trim()).toBe('yin2 hang2 和 hang2');
  });

  test("a site's own word stands before the built-in one", () => {
    expect(read('处理', 'zh', [{ written: '处理', spoken: 'chu4li3' }]).trim()).toBe('chu4 li3');
  });

  test('a word of letters is not found inside a longer word', () => {
    const words = [{ written: 'SW', spoken: 'switch' }];
    expect(read('SW, SWITCH, ASW, SW3', 'en', words).replace(/ +/g, ' ').trim()).toBe('switch , SWITCH, ASW, switch 3');
  });

  test('Chinese names in an English sentence are read by the Chinese voice', () => {
    expect(read('Area: 朝阳区、丰台区 and more.', 'en')).toBe(
      'Area: <voice xml:lang="cmn-latn-pinyin">朝阳区、丰台区</voice> and more.',
    );
  });

  test('no text can become markup, phonemes or a control character', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.constantFrom<Language>('zh', 'en'), (text, language) => {
        const ssml = ssmlOf(runsOf(`a${text}[[b]]<voice>&`, language, NO_WORDS), language);
        const inner = ssml.slice('<speak>'.length, -'</speak>'.length);
        expect(inner.replaceAll('<voice xml:lang="cmn-latn-pinyin">', '').replaceAll('</voice>', '')).not.toMatch(
          /[<>[\]\p{Cc}]|&(?!amp;|lt;|gt;)/u,
        );
      }),
    );
  });
});

describe('the sound', () => {
  test.each(['zh', 'en'] as const)(
    'is what a telephone plays: 8 kHz, mono, 16 bits, loud and not clipped (%s)',
    async (language) => {
      const file = readFileSync(
        await speech().wav(language === 'zh' ? OPENING : 'Press 1 to accept the ticket.', language),
      );
      expect([file.readUInt16LE(20), file.readUInt16LE(22), file.readUInt32LE(24), file.readUInt16LE(34)]).toEqual([
        1, 1, 8_000, 16,
      ]);
      expect([file.readUInt32LE(4), file.readUInt32LE(40)]).toEqual([file.length - 8, file.length - 44]);
      const { samples } = readWave(file);
      const peak = samples.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0);
      expect(peak).toBeGreaterThan(0.65);
      expect(peak).toBeLessThan(0.75);
      expect(20 * Math.log10(rms(samples))).toBeGreaterThan(-30);
      expect(samples.length / 8_000).toBeGreaterThan(1);
    },
  );

  test('holds the program’s own speech up to 3.4 kHz, within a tenth of its level', async () => {
    const { program, runs } = countingProgram();
    const raw = join(folder, 'raw');
    const tee = join(folder, 'tee');
    writeFileSync(tee, `#!/bin/sh\n'${program}' "$@" > '${raw}' && cat '${raw}'\n`);
    chmodSync(tee, 0o755);
    const { samples } = readWave(readFileSync(await speech({ program: tee }).wav(OPENING, 'zh')));
    const original = readWave(readFileSync(raw));
    expect(runs()).toBe(1);
    expect(samples.length / 8_000).toBeCloseTo(original.samples.length / original.sampleRate, 0);
    // The level is set anew, so that the balance of the tones is compared.
    const balance = (sound: Float32Array, rate: number): readonly number[] => {
      const bands = [200, 400, 800, 1_600, 3_000].map((hertz) => energyAround(sound, hertz, rate));
      return bands.map((band) => band / (bands[1] ?? 1));
    };
    const [ours, theirs] = [balance(samples, 8_000), balance(original.samples, original.sampleRate)];
    for (const [index, band] of ours.entries()) expect(band / (theirs[index] ?? 0)).toBeCloseTo(1, 1);
  });

  test('other text, other voice or another pronunciation is another sound', async () => {
    const one = speech();
    const words = [{ written: '供电', spoken: 'gong1dian4' }];
    const paths = [
      await one.wav('供电所', 'zh'),
      await one.wav('供电局', 'zh'),
      await one.wav('供电所', 'en'),
      await speech({ pronunciations: (language) => (language === 'zh' ? words : []) }).wav('供电所', 'zh'),
    ];
    expect(new Set(paths).size).toBe(paths.length);
  });

  test.each(['--help', '-w stolen.wav', '; touch stolen', '$(touch stolen)', "'\n`touch stolen`", '[[h@l]]'])(
    'a text like a command is read aloud and does nothing else: %j',
    async (text) => {
      const { samples } = readWave(readFileSync(await speech().wav(`念 ${text}`, 'zh')));
      expect(rms(samples)).toBeGreaterThan(0.01);
      expect(readdirSync('.').filter((name) => name.startsWith('stolen'))).toEqual([]);
    },
  );
});

/** The energy of a tone's neighbourhood, averaged over pieces of a tenth of a second. */
function energyAround(sound: Float32Array, hertz: number, rate: number): number {
  const size = Math.round(rate / 10);
  let sum = 0;
  for (let at = 0; at + size <= sound.length; at += size) {
    const piece = sound.subarray(at, at + size);
    for (const shift of [-20, -10, 0, 10, 20]) sum += levelAt(piece, hertz + shift, rate) ** 2;
  }
  return Math.sqrt(sum);
}

describe('the cache', () => {
  test('one text is spoken once, however many ask for it at the same moment and after a restart', async () => {
    const { program, runs } = countingProgram();
    const one = speech({ program });
    const paths = await Promise.all(Array.from({ length: 20 }, () => one.wav(OPENING, 'zh')));
    expect([new Set(paths).size, runs()]).toEqual([1, 1]);
    expect(await speech({ program }).wav(OPENING, 'zh')).toBe(paths[0]);
    expect(runs()).toBe(1);
  });

  test('what somebody has removed or cut off is made again', async () => {
    const { program, runs } = countingProgram();
    const one = speech({ program });
    const path = await one.wav(OPENING, 'zh');
    writeFileSync(path, 'cut off');
    await one.wav(OPENING, 'zh');
    expect(readFileSync(path).length).toBeGreaterThan(10_000);
    rmSync(path);
    await one.wav(OPENING, 'zh');
    expect([existsSync(path), runs()]).toEqual([true, 3]);
  });

  test('it holds no more than its share of the disk; the longest unused goes first, and nothing half-written stays', async () => {
    const cacheDir = join(folder, 'cache');
    mkdirSync(cacheDir);
    const hash = (digit: string): string => digit.repeat(64);
    for (const [age, digit] of [
      [300, 'a'],
      [200, 'b'],
    ] as const) {
      writeFileSync(join(cacheDir, `${hash(digit)}.wav`), Buffer.alloc(400));
      utimesSync(join(cacheDir, `${hash(digit)}.wav`), 1_000_000 - age, 1_000_000 - age);
    }
    writeFileSync(join(cacheDir, `${hash('e')}.1.part`), 'half');
    writeFileSync(join(cacheDir, 'of-somebody-else'), 'stays');
    const cache = createSpeechCache(cacheDir, 1_000);
    expect(await cache.find(hash('a'))).not.toBeNull();
    await cache.keep(hash('c'), Buffer.alloc(400));
    expect(readdirSync(cacheDir).sort()).toEqual([`${hash('a')}.wav`, `${hash('c')}.wav`, 'of-somebody-else']);
    await cache.keep(hash('d'), Buffer.alloc(5_000));
    expect(readdirSync(cacheDir).sort()).toEqual([`${hash('d')}.wav`, 'of-somebody-else']);
  });
});

describe('a server without its speech program', () => {
  test('says so, and speaks as soon as it is there', async () => {
    const program = join(folder, 'later');
    const one = speech({ program });
    expect(await one.isInstalled()).toBe(false);
    await expect(one.wav(OPENING, 'zh')).rejects.toMatchObject({ name: 'SpeechFault', code: 'not-installed' });
    writeFileSync(program, '#!/bin/sh\nexec /usr/bin/espeak-ng "$@"\n');
    chmodSync(program, 0o755);
    expect(await one.isInstalled()).toBe(true);
    expect(existsSync(await one.wav(OPENING, 'zh'))).toBe(true);
  });

  test.each([
    ['ends with an error', 'echo broken >&2; exit 3'],
    ['writes nothing', 'cat > /dev/null'],
    ['writes no sound', 'cat'],
    ['does not read', 'exec <&-; exit 0'],
    ['is killed', 'kill -9 $$'],
  ])('a program that %s is a fault, not a crash and not a silent file', async (_what, script) => {
    const program = join(folder, 'bad');
    writeFileSync(program, `#!/bin/sh\n${script}\n`);
    chmodSync(program, 0o755);
    const one = speech({ program });
    await expect(one.wav(OPENING, 'zh')).rejects.toMatchObject({ name: 'SpeechFault', code: 'failed' });
    expect(await one.isInstalled()).toBe(false);
    expect(readdirSync(join(folder, 'cache'))).toEqual([]);
  });

  test('a text without end is refused before anything is started', async () => {
    const { program, runs } = countingProgram();
    await expect(speech({ program }).wav('长'.repeat(4_001), 'zh')).rejects.toMatchObject({ code: 'too-long' });
    expect(runs()).toBe(0);
  });
});

describe('recorded prompts', () => {
  const record = (name: string, hertz: number, rate = 8_000): void => {
    mkdirSync(join(folder, 'recorded/zh'), { recursive: true });
    const file = writeWave({ sampleRate: rate, samples: tone(hertz, 0.5, rate) });
    writeFileSync(join(folder, 'recorded/zh', name), file);
  };
  const said = async (text: string, change: Partial<SpeechParts> = {}): Promise<Float32Array> => {
    const one = speech({ recordedDir: join(folder, 'recorded'), ...change });
    return readWave(readFileSync(await one.wav(text, 'zh'))).samples;
  };

  test('a sentence that is all recorded needs no program; the names of the files are what they say', async () => {
    record('接单请按1.wav', 700);
    record('无法处理请按.wav', 1_100);
    record('2.wav', 1_500, 44_100);
    const samples = await said('接单请按 1；无法处理请按 2。', { program: '/nonexistent' });
    for (const hertz of [700, 1_100, 1_500]) expect(levelAt(samples, hertz, 8_000)).toBeGreaterThan(0.08);
    expect(samples.length / 8_000).toBeGreaterThan(1.5);
    expect(samples.length / 8_000).toBeLessThan(2.5);
  });

  test('the longest recording that fits is taken; what has none is read between them', async () => {
    record('接单请按.wav', 700);
    record('接单请按 1，其余工单.wav', 1_100);
    const { program, runs } = countingProgram();
    const samples = await said('朝阳区。接单请按 1，其余工单，再见。', { program });
    expect(levelAt(samples, 1_100, 8_000)).toBeGreaterThan(0.05);
    expect(levelAt(samples, 700, 8_000)).toBeLessThan(0.02);
    expect(runs()).toBe(2);
  });

  test('a new recording of the same name is heard at once', async () => {
    record('再见.wav', 700);
    expect(levelAt(await said('再见'), 700, 8_000)).toBeGreaterThan(0.3);
    record('再见.wav', 1_100, 16_000);
    expect(levelAt(await said('再见'), 1_100, 8_000)).toBeGreaterThan(0.3);
  });

  test('a file that is no such recording is told of and the text is synthesised', async () => {
    record('再见.wav', 700);
    writeFileSync(join(folder, 'recorded/zh/谢谢.wav'), 'no sound at all');
    const faults: unknown[] = [];
    const samples = await said('谢谢，再见', { onFault: (error) => faults.push(error) });
    expect(faults).toEqual([expect.any(WaveFault)]);
    expect(levelAt(samples, 700, 8_000)).toBeLessThan(0.05);
    expect(rms(samples)).toBeGreaterThan(0.02);
  });
});

describe('the change of rate', () => {
  test.each([
    [22_050, 500, 1],
    [22_050, 3_300, 1],
    [44_100, 1_000, 1],
    [48_000, 2_000, 1],
    [22_050, 4_100, 0],
    [22_050, 6_000, 0],
    [48_000, 7_900, 0],
  ])('from %i Hz a tone of %i Hz keeps %i of its level', async (rate, hertz, share) => {
    const { samples } = await resample({ sampleRate: rate, samples: tone(hertz, 1, rate) }, 8_000);
    const middle = samples.subarray(1_000, 7_000);
    if (share === 1) expect(levelAt(middle, hertz, 8_000)).toBeCloseTo(0.5, 2);
    else expect(20 * Math.log10(rms(middle) / 0.5)).toBeLessThan(-50);
  });

  test('silence stays silence, and nothing is made of nothing', async () => {
    const { samples } = await resample({ sampleRate: 22_050, samples: new Float32Array(22_050) }, 8_000);
    expect([samples.length, rms(samples)]).toEqual([8_000, 0]);
    expect((await resample({ sampleRate: 22_050, samples: new Float32Array() }, 8_000)).samples.length).toBe(0);
  });
});

describe('a WAV file', () => {
  test('what was written is read again, to a bit', () => {
    const samples = Float32Array.from([0, 0.5, -0.5, 1, -1, 2, -2]);
    expect([...readWave(writeWave({ sampleRate: 8_000, samples })).samples]).toEqual([
      0,
      0.5,
      -0.5,
      32_767 / 32_768,
      -1,
      32_767 / 32_768,
      -1,
    ]);
  });

  test('no bytes whatever crash the reader', () => {
    const good = writeWave({ sampleRate: 8_000, samples: tone(400, 0.01, 8_000) });
    fc.assert(
      fc.property(fc.nat(good.length - 1), fc.nat(255), fc.nat(good.length), (at, byte, length) => {
        const bad = Buffer.from(good.subarray(0, length));
        if (at < bad.length) bad[at] = byte;
        try {
          readWave(bad);
        } catch (error) {
          expect(error).toBeInstanceOf(WaveFault);
        }
      }),
      { numRuns: 500 },
    );
  });
});

describe('listening to a sentence', () => {
  test('only an administrator hears it, only a short one, and without a program there is nothing to hear', async () => {
    const office = await openOffice({
      extend: (app) => {
        void app.register(speechRoutes, { speech: speech() });
        void app.register(speechRoutes, { speech: speech({ program: '/nonexistent' }), prefix: '/silent' });
      },
    });
    try {
      const url = `/api/speech?language=zh&text=${encodeURIComponent('重合闸')}`;
      expect((await office.ask('GET', url)).statusCode).toBe(401);
      const lead = await office.cookieOf('lead');
      const admin = await office.cookieOf('admin');
      expect((await office.ask('GET', url, { cookie: lead })).statusCode).toBe(403);
      const heard = await office.ask('GET', url, { cookie: admin });
      expect([heard.statusCode, heard.headers['content-type']]).toEqual([200, 'audio/wav']);
      expect(readWave(heard.rawPayload).sampleRate).toBe(8_000);
      for (const query of ['language=zh&text=', 'language=fr&text=a', `language=zh&text=${'a'.repeat(201)}`, '']) {
        expect((await office.ask('GET', `/api/speech?${query}`, { cookie: admin })).statusCode).toBe(400);
      }
      expect((await office.ask('GET', `/silent${url}`, { cookie: admin })).json()).toEqual({ code: 'not-found' });
    } finally {
      await office.close();
    }
  });
});
