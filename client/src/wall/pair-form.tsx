import type { FormEvent, ReactNode } from 'react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { isOffline, nothing, post } from '../live/api.ts';
import { retryBoard } from '../live/board.ts';
import { Button } from '../parts/button.tsx';
import { Field } from '../parts/field.tsx';
import { LanguageSwitch } from '../parts/language-switch.tsx';

/** What a screen shows that nobody has paired, or whose pairing was taken back. */
export function PairForm(): ReactNode {
  const { t } = useTranslation(['wall', 'refusals']);
  const [code, setCode] = useState('');
  const [error, setError] = useState<string | null>(null);
  const [isBusy, setBusy] = useState(false);

  const pair = async (): Promise<void> => {
    if (code.trim() === '') return setError(t('pair.missing'));
    setBusy(true);
    setError(null);
    const answer = await post('/api/wall/pair', { code: code.trim() }, nothing);
    setBusy(false);
    if (answer.ok) retryBoard();
    else setError(isOffline(answer.refusal) ? t('failed') : t(`refusals:${answer.refusal.code}`));
  };
  const onSubmit = (event: FormEvent): void => {
    event.preventDefault();
    if (!isBusy) pair().catch(reportError);
  };

  return (
    <main className="wall-waiting">
      <form className="wall-pair" onSubmit={onSubmit} noValidate>
        <h1>{t('pair.title')}</h1>
        <p>{t('pair.intro')}</p>
        <Field
          label={t('pair.code')}
          value={code}
          error={error}
          autoComplete="off"
          autoCapitalize="characters"
          spellCheck={false}
          required
          maxLength={32}
          onChange={(event) => setCode(event.target.value)}
        />
        <Button label={t('pair.submit')} kind="main" type="submit" isBusy={isBusy} />
        <p className="wall-pair-foot">
          <a href="/?next=/wall">{t('pair.signIn')}</a>
          <LanguageSwitch />
        </p>
      </form>
    </main>
  );
}
