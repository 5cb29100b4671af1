import type { DemoAccounts, Session } from '@faultline/shared/wire/http.ts';
import { demoAccountsSchema, sessionSchema } from '@faultline/shared/wire/http.ts';
import { useCallback, useEffect, useState } from 'react';
import type { Schema } from '../live/api.ts';
import { get } from '../live/api.ts';

/** What this page finds out before it offers anything. */
export type Doors =
  | { readonly state: 'loading' }
  | { readonly state: 'failed' }
  | {
      readonly state: 'known';
      readonly session: Session | null;
      /** `null` outside a demo. */
      readonly demo: DemoAccounts | null;
      readonly isFirstRun: boolean;
    };

export function useDoors(): { readonly doors: Doors; readonly reload: () => void } {
  const [doors, setDoors] = useState<Doors>({ state: 'loading' });
  const [asked, setAsked] = useState(0);
  useEffect(() => {
    let isOver = false;
    // Naming the count makes every `reload` a new question.
    readDoors(asked)
      .then((found) => {
        if (!isOver) setDoors(found);
      })
      .catch(reportError);
    return () => {
      isOver = true;
    };
  }, [asked]);
  const reload = useCallback(() => setAsked((count) => count + 1), []);
  return { doors, reload };
}

async function readDoors(_asked: number): Promise<Doors> {
  const [session, demo, firstRun] = await Promise.all([
    get('/api/session', sessionSchema),
    get('/api/demo', demoAccountsSchema),
    get('/api/first-run', firstRunSchema),
  ]);
  if (!session.ok && session.refusal.code !== 'not-signed-in') return { state: 'failed' };
  return {
    state: 'known',
    session: session.ok ? session.value : null,
    demo: demo.ok ? demo.value : null,
    isFirstRun: firstRun.ok && firstRun.value,
  };
}

/** One flag; everything else of the first run belongs to the administration's page. */
const firstRunSchema: Schema<boolean> = {
  safeParse: (value) => ({
    success: true,
    data: typeof value === 'object' && value !== null && 'isNeeded' in value && value.isNeeded === true,
  }),
};
