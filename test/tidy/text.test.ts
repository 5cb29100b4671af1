import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, test } from 'vitest';
import { root, writtenFiles } from './workspace.ts';

const TEXT = join(root, 'client/src/text');
const namesOf = (language: string): string[] => readdirSync(join(TEXT, language)).sort();
const files = namesOf('zh');

type Texts = ReadonlyMap<string, string>;

const PLURAL = /_(one|other)$/;
const HAN = /\p{Script=Han}/u;

describe('the two languages', () => {
  test('have the same files, and there are some', () => {
    expect(files.length).toBeGreaterThanOrEqual(3);
    expect(namesOf('en')).toEqual(files);
  });

  describe.each(files)('%s', (file) => {
    test('has the same keys in both', async () => {
      const [zh, en] = await both(file);
      expect(zh.size).toBeGreaterThan(0);
      expect(bases(en)).toEqual(bases(zh));
    });

    test('says something under every key', async () => {
      const [zh, en] = await both(file);
      const silent = [...zh, ...en].filter(([, sentence]) => sentence.trim() === '');
      expect(silent).toEqual([]);
    });

    test('fills the same gaps in both', async () => {
      const [zh, en] = await both(file);
      const differing = [...zh].filter(([key, sentence]) => {
        const other = en.get(key) ?? '';
        return gaps(sentence) !== gaps(other);
      });
      expect(differing).toEqual([]);
    });

    test('has both English plurals where a count chooses', async () => {
      const [zh, en] = await both(file);
      expect([...zh.keys()].filter((key) => key.endsWith('_one'))).toEqual([]);
      const counted = [...zh.keys()].filter((key) => key.endsWith('_other')).map((key) => key.replace(PLURAL, ''));
      expect(counted.filter((key) => !en.has(`${key}_one`) || !en.has(`${key}_other`))).toEqual([]);
    });

    test('left nothing untranslated', async () => {
      const [zh, en] = await both(file);
      const same = [...en].filter(([key, sentence]) => HAN.test(sentence) && zh.get(key) === sentence);
      expect(same.filter(([, sentence]) => sentence !== '中文')).toEqual([]);
    });
  });
});

describe('sentences stand in the texts only', () => {
  const sources = writtenFiles('client/src').filter(
    (path) => /\.tsx?$/.test(path) && !path.startsWith('client/src/text/'),
  );

  test('there is code to look at', () => {
    expect(sources.length).toBeGreaterThan(20);
  });

  test('no other file of the client writes Chinese', () => {
    const findings = sources.flatMap((path) =>
      withoutComments(readFileSync(join(root, path), 'utf8'))
        .split('\n')
        .flatMap((line, at) => (HAN.test(line) ? [`${path}:${at + 1} ${line.trim()}`] : [])),
    );
    expect(findings).toEqual([]);
  });

  test('no element carries English words between its tags', () => {
    const findings = sources
      .filter((path) => path.endsWith('.tsx'))
      .flatMap((path) =>
        withoutComments(readFileSync(join(root, path), 'utf8'))
          .split('\n')
          .flatMap((line, at) => (spokenWords(line) ? [`${path}:${at + 1} ${line.trim()}`] : [])),
      );
    expect(findings).toEqual([]);
  });

  test('the search bites', () => {
    expect(HAN.test(withoutComments("const a = '保存'; // 保存").split('//')[0] ?? '')).toBe(true);
    expect(HAN.test(withoutComments('/* 保存 */ // 保存'))).toBe(false);
    expect(spokenWords('<p>Try again later</p>')).toBe(true);
    expect(spokenWords('<p>{t("state.errorHint")}</p>')).toBe(false);
  });
});

async function both(file: string): Promise<readonly [zh: Texts, en: Texts]> {
  return [await textsOf('zh', file), await textsOf('en', file)];
}

async function textsOf(language: string, file: string): Promise<Texts> {
  const module: unknown = await import(pathToFileURL(join(TEXT, language, file)).href);
  return new Map(sentences(module, ''));
}

function sentences(value: unknown, key: string): readonly (readonly [string, string])[] {
  if (typeof value === 'string') return [[key, value]];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]) => sentences(inner, key === '' ? name : `${key}.${name}`));
}

function bases(texts: Texts): readonly string[] {
  return [...new Set([...texts.keys()].map((key) => key.replace(PLURAL, '')))].sort();
}

function gaps(sentence: string): string {
  return [...new Set(sentence.match(/\{\{[^}]*\}\}/g) ?? [])].sort().join();
}

/** Comments may name the field's own terms. Good enough for our code: no string of ours holds `//` after a space. */
function withoutComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\//g, (comment) => comment.replace(/[^\n]/g, '')).replace(/(^|\s)\/\/.*$/gm, '');
}

function spokenWords(line: string): boolean {
  return />\s*[A-Za-z]+(\s+[A-Za-z]+)+[^<{}();=]*<\//.test(line);
}
