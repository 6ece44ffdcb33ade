/** Vigor's mark: a bar that rises. */
import type { ReactNode } from 'react';

export function Mark({ size = 30 }: { size?: number }): ReactNode {
  return (
    <svg viewBox="0 0 32 32" width={size} height={size} aria-hidden="true">
      <rect width="32" height="32" rx="9.5" fill="#0d5a42" />
      <path d="M7.5 10.5 14 22.5a2.3 2.3 0 0 0 4 0l6.5-12" fill="none" stroke="#c6f35f" strokeWidth="4" strokeLinecap="round" strokeLinejoin="round" />
    </svg>
  );
}
