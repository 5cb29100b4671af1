import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Office } from '../support/office.ts';
import { cookieIn, openOffice } from '../support/office.ts';

describe('signing in', () => {
  let office: Office;
  beforeAll(async () => {
    office = await openOffice();
  });
  afterAll(() => office.close());

  test('the demo opens an account by one click, and the session says who it is', async () => {
    const cookie = await office.cookieOf('lead');
    const answer = await office.ask('GET', '/api/session', { cookie });
    expect(answer.json()).toMatchObject({ user: { login: 'lead', role: 'lead' }, isDemo: true });
  });
  test('a password opens', async () => {
    const password = office.sample?.accounts[0]?.password;
    const answer = await office.ask('POST', '/api/session', { body: { login: 'lead', password } });
    expect(answer.statusCode).toBe(200);
    expect(cookieIn(answer)).toMatch(/^faultline=/);
  });
});
