import type { Pronunciation } from '@faultline/shared/wire/escalation.ts';
import { pronunciationInputSchema, pronunciationSchema } from '@faultline/shared/wire/escalation.ts';
import type { ReactNode } from 'react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { del, nothing, post, put } from '../live/api.ts';
import { Button } from '../parts/button.tsx';
import { Field, Select } from '../parts/field.tsx';
import { useNotices } from '../parts/notices.tsx';
import { Empty } from '../parts/states.tsx';
import { ConfirmDialog } from './confirm-dialog.tsx';
import { EditDialog } from './edit-dialog.tsx';
import type { Office } from './office.ts';
import { isPinyin } from './pronunciation.ts';
import { RecordName } from './record-name.tsx';
import { RecordTable } from './record-table.tsx';
import { useForm } from './use-form.ts';
import { useSaved } from './use-saved.ts';

type Open =
  | { readonly what: 'edit'; readonly pronunciation: Pronunciation | null }
  | { readonly what: 'remove'; readonly pronunciation: Pronunciation };

const SPOKEN = ['zh', 'en'] as const;

/** Words that the voice would read wrongly, with what it is to read instead. */
export function PronunciationList({ office }: { readonly office: Office }): ReactNode {
  const { t } = useTranslation(['admin', 'common']);
  const [open, setOpen] = useState<Open | null>(null);
  const close = (): void => setOpen(null);
  const listen = useListening();
  return (
    <>
      <p className="quiet admin-about">{t('admin:pronunciation.about')}</p>
      {!office.isSpeechInstalled && <p className="admin-warning">{t('admin:pronunciation.notInstalled')}</p>}
      <RecordTable
        label={t('admin:pronunciation.title')}
        rows={office.pronunciations}
        keyOf={({ id }) => id}
        columns={[
          {
            key: 'written',
            label: t('admin:pronunciation.written'),
            render: (pronunciation) => (
              <RecordName name={pronunciation.written} onOpen={() => setOpen({ what: 'edit', pronunciation })} />
            ),
          },
          {
            key: 'spoken',
            label: t('admin:pronunciation.spoken'),
            render: ({ spoken }) => <span className="figures">{spoken}</span>,
          },
          {
            key: 'language',
            label: t('admin:contacts.language'),
            render: ({ language }) => t(language === 'zh' ? 'common:language.zh-CN' : 'common:language.en'),
          },
          {
            key: 'acts',
            label: t('admin:column.acts'),
            render: (pronunciation) => (
              <span className="admin-acts">
                <Button
                  label={t('admin:pronunciation.listen')}
                  name={t('admin:action.named', {
                    action: t('admin:pronunciation.listen'),
                    name: pronunciation.written,
                  })}
                  isDisabled={!office.isSpeechInstalled}
                  onPress={() => listen(pronunciation.written, pronunciation.language)}
                />
                <Button
                  label={t('admin:action.remove')}
                  name={t('admin:action.named', { action: t('admin:action.remove'), name: pronunciation.written })}
                  kind="danger"
                  onPress={() => setOpen({ what: 'remove', pronunciation })}
                />
              </span>
            ),
          },
        ]}
        textOf={({ written, spoken }) => `${written} ${spoken}`}
        empty={<Empty title={t('admin:pronunciation.emptyTitle')} hint={t('admin:pronunciation.emptyHint')} />}
        tools={
          <Button
            label={t('admin:pronunciation.add')}
            kind="main"
            shortcut="n"
            onPress={() => setOpen({ what: 'edit', pronunciation: null })}
          />
        }
      />
      {open?.what === 'edit' && (
        <PronunciationDialog
          pronunciation={open.pronunciation}
          isSpeechInstalled={office.isSpeechInstalled}
          listen={listen}
          onClose={close}
        />
      )}
      {open?.what === 'remove' && (
        <ConfirmDialog
          title={t('admin:remove.title', { name: open.pronunciation.written })}
          hint={t('admin:pronunciation.removeHint')}
          confirm={t('admin:action.remove')}
          doneText={t('admin:remove.done', { name: open.pronunciation.written })}
          send={() => del(`/api/organisation/pronunciations/${open.pronunciation.id}`, nothing)}
          onClose={close}
        />
      )}
    </>
  );
}

type Listen = (text: string, language: Pronunciation['language']) => void;

/** Plays what the telephone would say, one sentence at a time. */
function useListening(): Listen {
  const { t } = useTranslation('admin');
  const [player] = useState(() => new Audio());
  return (text, language) => {
    player.src = `/api/speech?${new URLSearchParams({ text, language })}`;
    player.play().catch((cause: unknown) => {
      // Another sentence was asked for before this one had begun.
      if (cause instanceof DOMException && cause.name === 'AbortError') return;
      useNotices.getState().show('refused', t('pronunciation.notPlayed'));
    });
  };
}

interface DialogProps {
  readonly pronunciation: Pronunciation | null;
  readonly isSpeechInstalled: boolean;
  readonly listen: Listen;
  readonly onClose: () => void;
}

function PronunciationDialog({ pronunciation, isSpeechInstalled, listen, onClose }: DialogProps): ReactNode {
  const { t } = useTranslation(['admin', 'common']);
  const saved = useSaved(onClose);
  const form = useForm({
    initial: {
      language: pronunciation?.language ?? 'zh',
      written: pronunciation?.written ?? '',
      spoken: pronunciation?.spoken ?? '',
    },
    bodyOf: (values) => values,
    schema: pronunciationInputSchema,
    send: (body) =>
      pronunciation === null
        ? post('/api/organisation/pronunciations', body, pronunciationSchema)
        : put(`/api/organisation/pronunciations/${pronunciation.id}`, body, pronunciationSchema),
    fieldOf: ({ code }) => (code === 'pronunciation-taken' ? 'written' : null),
    onSaved: ({ written }) => saved(written),
  });
  const { values, change, errorOf } = form;
  const isDoubtful = values.language === 'zh' && values.spoken.trim() !== '' && !isPinyin(values.spoken);
  return (
    <EditDialog
      title={pronunciation === null ? t('admin:pronunciation.add') : pronunciation.written}
      form={form}
      onClose={onClose}
      extra={
        <Button
          label={t('admin:pronunciation.listenToIt')}
          isDisabled={!isSpeechInstalled || values.spoken.trim() === ''}
          onPress={() => listen(values.spoken, values.language)}
        />
      }
    >
      <Select
        label={t('admin:contacts.language')}
        required
        value={values.language}
        options={SPOKEN.map((language) => ({
          value: language,
          text: t(language === 'zh' ? 'common:language.zh-CN' : 'common:language.en'),
        }))}
        onChange={({ target }) => change({ language: SPOKEN.find((known) => known === target.value) ?? 'zh' })}
      />
      <Field
        label={t('admin:pronunciation.written')}
        required
        maxLength={40}
        value={values.written}
        error={errorOf('written')}
        onChange={({ target }) => change({ written: target.value })}
      />
      <Field
        label={t('admin:pronunciation.spoken')}
        hint={t(isDoubtful ? 'admin:pronunciation.doubtful' : `admin:pronunciation.hint.${values.language}`)}
        required
        maxLength={80}
        spellCheck={false}
        autoCapitalize="none"
        value={values.spoken}
        error={errorOf('spoken')}
        onChange={({ target }) => change({ spoken: target.value })}
      />
    </EditDialog>
  );
}
