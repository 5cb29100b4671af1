import type { ReactNode } from 'react';

/** Why a dialog's command was refused, where it was given. The region is always there, so that its text is spoken. */
export function RefusalLine({ text }: { readonly text: string | null }): ReactNode {
  return (
    <p className="refusal-line" role="alert">
      {text}
    </p>
  );
}
