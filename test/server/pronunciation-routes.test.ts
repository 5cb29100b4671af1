import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Method, Office } from '../support/office.ts';
import { openOffice } from '../support/office.ts';

let office: Office;
let admin: string;

beforeEach(async () => {
  office = await openOffice();
  admin = await office.cookieOf('admin');
});
afterEach(() => office.close());

const send = async (method: Method, id: string, body?: object, cookie = admin) => {
  const path = `/api/organisation/pronunciations${id}`;
  const answer = await office.ask(method, path, { cookie, ...(body ? { body } : {}) });
  return { status: answer.statusCode, ...answer.json() };
};

const WORD = { language: 'zh', written: '大栅栏', spoken: 'da4 shi5 lan4' };

describe('pronunciations', () => {
  test('are entered, changed and removed, each with its row of the journal', async () => {
    const { status, ...added } = await send('POST', '', WORD);
    const { id } = added;
    expect([status, added]).toEqual([200, { ...WORD, id }]);
    expect(await send('PUT', `/${id}`, { ...WORD, spoken: 'da4 shi1 lan4' })).toMatchObject({
      spoken: 'da4 shi1 lan4',
    });
    expect(await send('GET', '')).toMatchObject({
      isSpeechInstalled: false,
      pronunciations: expect.arrayContaining([{ ...WORD, id, spoken: 'da4 shi1 lan4' }]),
    });
    expect(await send('DELETE', `/${id}`)).toMatchObject({ status: 200 });
    expect(office.directory.pronunciation(id)).toBeNull();
    expect(office.announced).toMatchObject(
      (['added', 'changed', 'removed'] as const).map((how) => ({ change: { what: 'pronunciation', id, how } })),
    );
  });

  test('a word is spoken in one way only, but in each language', async () => {
    const taken = { status: 409, code: 'pronunciation-taken' };
    const { id } = await send('POST', '', WORD);
    expect(await send('POST', '', { ...WORD, spoken: 'da4 shi2 lan4' })).toMatchObject(taken);
    expect(await send('POST', '', { ...WORD, language: 'en', spoken: 'Dashilan' })).toMatchObject({ status: 200 });
    const other = await send('POST', '', { ...WORD, written: '什刹海' });
    expect(await send('PUT', `/${other.id}`, WORD)).toMatchObject(taken);
    expect(await send('PUT', `/${id}`, WORD)).toMatchObject({ status: 200 });
  });

  test('the same word twice at the same moment is entered once', async () => {
    const added = await Promise.all([send('POST', '', WORD), send('POST', '', WORD)]);
    expect(added.map(({ status }) => status).sort()).toEqual([200, 409]);
  });

  test.each([
    ['no word', { written: ' ' }, '/written'],
    ['no sound', { spoken: '' }, '/spoken'],
    ['a syllable too few', { spoken: 'da4 shi5' }, '/spoken'],
    ['a tone that there is not', { spoken: 'da4 shi5 lan9' }, '/spoken'],
    ['no tones', { spoken: 'da shi lan' }, '/spoken'],
    ['a language that nobody here speaks', { language: 'de' }, '/language'],
    ['a control character', { spoken: 'da4\u0007' }, '/spoken'],
    ['a book', { spoken: 'a'.repeat(81) }, '/spoken'],
  ])('%s is refused', async (_what, fields, path) => {
    expect(await send('POST', '', { ...WORD, ...fields })).toMatchObject({ status: 400, code: 'malformed', path });
    expect(office.announced).toEqual([]);
  });

  test('one that is not there is neither changed nor removed', async () => {
    expect(await send('PUT', '/none', WORD)).toMatchObject({ status: 404, code: 'not-found' });
    expect(await send('DELETE', '/none')).toMatchObject({ status: 404, code: 'not-found' });
  });

  test('[F16] are written by the administrator alone', async () => {
    for (const login of ['agent', 'lead', 'centre1', 'crew1', 'supervisor']) {
      expect(await send('POST', '', WORD, await office.cookieOf(login))).toMatchObject({ code: 'not-allowed' });
    }
  });
});
