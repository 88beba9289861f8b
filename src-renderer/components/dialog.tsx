// The one dialog: whatever closes it, the focus is somewhere afterwards, for whoever has no mouse.
import { Modal, type ModalProps } from '@mantine/core';
import { type ReactElement, useEffect, useState } from 'react';

export function Dialog({ children, ...props }: ModalProps): ReactElement {
  return (
    // Its header is no banner of the page.
    <Modal attributes={{ header: { role: 'presentation' } }} {...props}>
      <FocusBack />
      {children}
    </Modal>
  );
}

/**
 * A modal gives the focus back when it is closed, but not when it is taken away whole, nor where what had the focus is gone by then
 * (a row that was removed, a menu's item). Then it is the main part of the screen.
 */
function FocusBack(): null {
  const [before] = useState(() => document.activeElement);
  useEffect(
    () => () => {
      setTimeout(() => {
        if (document.activeElement !== null && document.activeElement !== document.body) return;
        const back = before instanceof HTMLElement && before !== document.body && before.isConnected ? before : null;
        (back ?? document.getElementById('main'))?.focus();
      });
    },
    [before],
  );
  return null;
}
