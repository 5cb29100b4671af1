import type { FormEvent, ReactNode } from 'react';
import { useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../parts/button.tsx';
import { Dialog } from '../parts/dialog.tsx';
import { Field } from '../parts/field.tsx';
import type { Calibration } from './calibration.ts';
import { CALIBRATION_FIELDS, figureOf, LIMITS, largestRem, readCalibration, remOf } from './calibration.ts';
import { useCalibration } from './use-rem.ts';

export interface CalibrationDialogProps {
  readonly isOpen: boolean;
  readonly onClose: () => void;
  readonly remNow: number;
}

type Drafts = Readonly<Record<keyof Calibration, string>>;

/** Where one says how large the screen is and from where it is read. */
export function CalibrationDialog({ isOpen, onClose, remNow }: CalibrationDialogProps): ReactNode {
  const { t } = useTranslation('wall');
  const formId = useId();
  const reset = (): void => {
    useCalibration.getState().use(null);
    onClose();
  };
  return (
    <Dialog
      title={t('calibration.title')}
      isOpen={isOpen}
      onClose={onClose}
      actions={
        <>
          <Button label={t('calibration.reset')} onPress={reset} />
          <SubmitButton formId={formId} label={t('calibration.save')} />
        </>
      }
    >
      <CalibrationForm formId={formId} onSaved={onClose} remNow={remNow} />
    </Dialog>
  );
}

/** The dialog's buttons stand outside its form. */
function SubmitButton({ formId, label }: { readonly formId: string; readonly label: string }): ReactNode {
  const submit = (): void => {
    const form = document.getElementById(formId);
    if (form instanceof HTMLFormElement) form.requestSubmit();
  };
  return <Button label={label} kind="main" onPress={submit} />;
}

interface FormProps {
  readonly formId: string;
  readonly onSaved: () => void;
  readonly remNow: number;
}

function CalibrationForm({ formId, onSaved, remNow }: FormProps): ReactNode {
  const { t } = useTranslation('wall');
  const [drafts, setDrafts] = useState<Drafts>(firstDrafts);
  const [isChecked, setChecked] = useState(false);
  const calibration = readCalibration(drafts);
  const onSubmit = (event: FormEvent): void => {
    event.preventDefault();
    setChecked(true);
    if (!calibration) return;
    useCalibration.getState().use(calibration);
    onSaved();
  };
  return (
    <form id={formId} className="calibration" onSubmit={onSubmit} noValidate>
      <p>{t('calibration.intro')}</p>
      {CALIBRATION_FIELDS.map((field) => (
        <Field
          key={field}
          label={t(`calibration.${field}`)}
          inputMode="decimal"
          autoComplete="off"
          value={drafts[field]}
          error={
            isChecked && figureOf(drafts[field], LIMITS[field]) === null ? t('calibration.limits', LIMITS[field]) : null
          }
          onChange={(event) => setDrafts({ ...drafts, [field]: event.target.value })}
        />
      ))}
      <Result calibration={calibration} remNow={remNow} />
    </form>
  );
}

function Result({
  calibration,
  remNow,
}: {
  readonly calibration: Calibration | null;
  readonly remNow: number;
}): ReactNode {
  const { t } = useTranslation('wall');
  const wanted = calibration ? remOf(calibration, window.devicePixelRatio) : remNow;
  const used = Math.min(wanted, largestRem(window.innerHeight));
  return (
    <div className="calibration-result" aria-live="polite">
      <p>
        {wanted > used
          ? t('calibration.tooLarge', { px: Math.round(wanted), used: Math.round(used) })
          : t('calibration.result', { px: Math.round(used) })}
      </p>
      <p style={{ fontSize: `${used}px` }}>{t('calibration.sample')}</p>
    </div>
  );
}

/** What was measured before, else what the browser knows of its screen. */
function firstDrafts(): Drafts {
  const { calibration } = useCalibration.getState();
  const ratio = window.devicePixelRatio;
  return {
    diagonalInch: String(calibration?.diagonalInch ?? 55),
    widthPx: String(calibration?.widthPx ?? Math.round(screen.width * ratio)),
    heightPx: String(calibration?.heightPx ?? Math.round(screen.height * ratio)),
    seatM: String(calibration?.seatM ?? 3),
  };
}
