import type { Wall } from '@faultline/shared/organisation/organisation.ts';
import { enrolmentCodeSchema, wallAnswerSchema, wallInputSchema, wallSchema } from '@faultline/shared/wire/http.ts';
import type { ReactNode } from 'react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { post } from '../live/api.ts';
import { Button } from '../parts/button.tsx';
import { Field } from '../parts/field.tsx';
import { useNotices } from '../parts/notices.tsx';
import { Empty } from '../parts/states.tsx';
import { useTime } from '../text/use-time.ts';
import { useRefusalText } from '../ticket/refusal-text.ts';
import { CodeDialog } from './code-dialog.tsx';
import { ConfirmDialog } from './confirm-dialog.tsx';
import { EditDialog } from './edit-dialog.tsx';
import type { Office } from './office.ts';
import { readOffice } from './office.ts';
import type { Column } from './record-table.tsx';
import { RecordTable } from './record-table.tsx';
import { useForm } from './use-form.ts';

type Open =
  | { readonly what: 'new' }
  | { readonly what: 'revoke'; readonly wall: Wall }
  | { readonly what: 'code'; readonly wall: Wall; readonly code: string; readonly expiresAt: number };

/** Wall screens: each browser is paired by a code once, and can be cut off at any time. */
export function WallsSection({ office }: { readonly office: Office }): ReactNode {
  const { t } = useTranslation('admin');
  const refusalText = useRefusalText();
  const [open, setOpen] = useState<Open | null>(null);
  const close = (): void => setOpen(null);
  const pair = async (wall: Wall): Promise<void> => {
    const answer = await post(`/api/organisation/walls/${wall.id}/enrolment`, undefined, enrolmentCodeSchema);
    if (answer.ok) setOpen({ what: 'code', wall, ...answer.value });
    else useNotices.getState().show('refused', refusalText(answer.refusal));
  };
  const columns = useColumns({
    onPair: (wall) => {
      pair(wall).catch(reportError);
    },
    onRevoke: (wall) => setOpen({ what: 'revoke', wall }),
  });
  const now = open?.what === 'code' ? office.walls.find(({ id }) => id === open.wall.id) : undefined;
  return (
    <>
      <RecordTable
        label={t('section.walls')}
        rows={office.walls}
        keyOf={({ id }) => id}
        columns={columns}
        textOf={({ name }) => name}
        isRetired={({ isRevoked }) => isRevoked}
        empty={<Empty title={t('walls.emptyTitle')} hint={t('walls.emptyHint')} />}
        tools={<Button label={t('walls.add')} kind="main" shortcut="n" onPress={() => setOpen({ what: 'new' })} />}
      />
      {open?.what === 'new' && (
        <WallDialog onClose={close} onAdded={(wall, enrolment) => setOpen({ what: 'code', wall, ...enrolment })} />
      )}
      {open?.what === 'code' && (
        <CodeDialog
          title={t('walls.codeTitle', { name: open.wall.name })}
          hint={t('walls.codeHint', { address: `${location.origin}/wall` })}
          code={open.code}
          expiresAt={open.expiresAt}
          isUsed={now !== undefined && now.pairedAt !== open.wall.pairedAt}
          onClose={close}
        />
      )}
      {open?.what === 'revoke' && (
        <ConfirmDialog
          title={t('walls.revokeTitle', { name: open.wall.name })}
          hint={t('walls.revokeHint')}
          confirm={t('action.revoke')}
          doneText={t('walls.revoked', { name: open.wall.name })}
          send={() => post(`/api/organisation/walls/${open.wall.id}/revoke`, undefined, wallSchema)}
          onClose={close}
        />
      )}
    </>
  );
}

interface Acts {
  readonly onPair: (wall: Wall) => void;
  readonly onRevoke: (wall: Wall) => void;
}

function useColumns({ onPair, onRevoke }: Acts): readonly Column<Wall>[] {
  const { t } = useTranslation('admin');
  const time = useTime();
  return [
    { key: 'name', label: t('column.name'), render: ({ name }) => <strong>{name}</strong> },
    {
      key: 'state',
      label: t('column.state'),
      render: ({ pairedAt, isRevoked }) => {
        if (isRevoked) return t('walls.isRevoked');
        if (pairedAt === null) return <span className="admin-lacks">{t('walls.isUnpaired')}</span>;
        return t('walls.isPaired', { time: time(pairedAt, 'MM-DD hh:mm') });
      },
    },
    {
      key: 'acts',
      label: t('column.acts'),
      render: (wall) => (
        <span className="admin-acts">
          <Button
            label={t('walls.pair')}
            name={t('action.named', { action: t('walls.pair'), name: wall.name })}
            onPress={() => onPair(wall)}
          />
          {!wall.isRevoked && (
            <Button
              label={t('action.revoke')}
              name={`${t('action.revoke')} ${wall.name}`}
              kind="danger"
              onPress={() => onRevoke(wall)}
            />
          )}
        </span>
      ),
    },
  ];
}

interface WallDialogProps {
  readonly onClose: () => void;
  readonly onAdded: (wall: Wall, enrolment: { readonly code: string; readonly expiresAt: number }) => void;
}

function WallDialog({ onClose, onAdded }: WallDialogProps): ReactNode {
  const { t } = useTranslation('admin');
  const form = useForm({
    initial: { name: '' },
    bodyOf: (values) => values,
    schema: wallInputSchema,
    send: (body) => post('/api/organisation/walls', body, wallAnswerSchema),
    onSaved: ({ wall, enrolment }) => {
      onAdded(wall, enrolment);
      readOffice().catch(reportError);
    },
  });
  return (
    <EditDialog title={t('walls.new')} form={form} onClose={onClose}>
      <Field
        label={t('column.name')}
        hint={t('walls.nameHint')}
        required
        maxLength={60}
        value={form.values.name}
        error={form.errorOf('name')}
        onChange={(event) => form.change({ name: event.target.value })}
      />
    </EditDialog>
  );
}
