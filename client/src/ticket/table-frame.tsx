import type { ReactNode } from 'react';

/** A table that is wider than a narrow screen scrolls in its own frame, by keyboard too; the page never does. */
export function TableFrame({ label, children }: { readonly label: string; readonly children: ReactNode }): ReactNode {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard (WCAG 2.1.1).
    <section className="table-frame" aria-label={label} tabIndex={0}>
      {children}
    </section>
  );
}
