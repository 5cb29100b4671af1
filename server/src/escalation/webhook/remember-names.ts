export interface RememberedNames {
  has(name: string): boolean;
  add(name: string): void;
}

/** Keeps the newest `most` names. */
export function rememberNames(most: number): RememberedNames {
  const names = new Set<string>();
  return {
    has: (name) => names.has(name),
    add(name) {
      names.delete(name);
      names.add(name);
      for (const oldest of names) {
        if (names.size <= most) return;
        names.delete(oldest);
      }
    },
  };
}
