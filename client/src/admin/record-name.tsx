import type { ReactNode } from 'react';

/** The name of a row, which opens it. */
export function RecordName({ name, onOpen }: { readonly name: string; readonly onOpen: () => void }): ReactNode {
  return (
    <button type="button" className="admin-name" onClick={onOpen}>
      {name}
    </button>
  );
}
